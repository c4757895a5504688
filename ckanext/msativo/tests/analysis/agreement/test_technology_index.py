"""The Technology Achievement Index of 23 countries, from raw values to ranks, as a challenge.

Raw values: OECD/JRC *Handbook on Constructing Composite Indicators* (2008), Table A.2, p. 153; telephones and
electricity are published as decimal logarithms of two places. Ranks by five ways to weigh: Handbook, Table 23, p. 100.
Goalposts: Saisana, Saltelli and Tarantola (2005, JRSS A 168), Table 1, p. 313, those of the Human Development Report
2001. Index of Finland (74.4) and of the United States (73.3): the same, p. 316.
"""

from __future__ import annotations

import numpy as np
import pytest

from ckanext.msativo.analysis import ChallengeIndicator, ChallengeSpec, rank_uncertainty, score_challenge

# in the order of Table 23: rank 1 to 23. Patents, royalties, internet, exports, telephones (log), electricity (log),
# schooling, university
COUNTRIES = {
    "Finland": (187, 125.6, 200.2, 50.7, 3.08, 4.15, 10.0, 27.4),
    "United States": (289, 130.0, 179.1, 66.2, 3.00, 4.07, 12.0, 13.9),
    "Sweden": (271, 156.6, 125.8, 59.7, 3.10, 4.14, 11.4, 15.3),
    "Japan": (994, 64.6, 49.0, 80.8, 3.00, 3.86, 9.5, 10.0),
    "Korea": (779, 9.8, 4.8, 66.7, 2.97, 3.65, 10.8, 23.2),
    "Netherlands": (189, 151.2, 136.0, 50.9, 3.02, 3.77, 9.4, 9.5),
    "United Kingdom": (82, 134.0, 57.4, 61.9, 3.02, 3.73, 9.4, 14.9),
    "Singapore": (8, 25.5, 72.3, 74.9, 2.95, 3.83, 7.1, 24.2),
    "Canada": (31, 38.6, 108.0, 48.7, 2.94, 4.18, 11.6, 14.2),
    "Australia": (75, 18.2, 125.9, 16.2, 2.94, 3.94, 10.9, 25.3),
    "Germany": (235, 36.8, 41.2, 64.2, 2.94, 3.75, 10.2, 14.4),
    "Norway": (103, 20.2, 193.6, 19.0, 3.12, 4.39, 11.9, 11.2),
    "Ireland": (106, 110.3, 48.6, 53.6, 2.97, 3.68, 9.4, 12.3),
    "Belgium": (72, 73.9, 58.9, 47.6, 2.91, 3.86, 9.3, 13.6),
    "New Zealand": (103, 13.0, 146.7, 15.4, 2.86, 3.91, 11.7, 13.1),
    "Austria": (165, 14.8, 84.2, 50.3, 2.99, 3.79, 8.4, 13.6),
    "France": (205, 33.6, 36.4, 58.9, 2.97, 3.80, 7.9, 12.6),
    "Israel": (74, 43.6, 43.2, 45.0, 2.96, 3.74, 9.6, 11.0),
    "Spain": (42, 8.6, 21.0, 53.4, 2.86, 3.62, 7.3, 15.6),
    "Italy": (13, 9.8, 30.4, 51.0, 3.00, 3.65, 7.2, 13.0),
    "Czech Republic": (28, 4.2, 25.0, 51.7, 2.75, 3.68, 9.5, 8.2),
    "Hungary": (26, 6.2, 21.6, 63.5, 2.73, 3.46, 9.1, 7.7),
    "Slovenia": (105, 4.0, 20.3, 49.5, 2.84, 3.71, 7.1, 10.6),
}
# worst and best
GOALPOSTS = {
    "patents": (0.0, 994.0),
    "royalties": (0.0, 272.6),
    "internet": (0.0, 232.4),
    "exports": (0.0, 80.8),
    "telephones": (np.log10(1), np.log10(901)),
    "electricity": (np.log10(22), np.log10(6969)),
    "schooling": (0.8, 12.0),
    "university": (0.1, 27.4),
}
X = np.array(list(COUNTRIES.values()))
ITEMS = [ChallengeIndicator(name, 1, 1, best, worst, anchor=True) for name, (worst, best) in GOALPOSTS.items()]
SPEC = ChallengeSpec("tai", tuple(ITEMS))


def test_ranks_are_the_published_ones():
    found = score_challenge(X, SPEC)
    assert [list(COUNTRIES)[unit] for unit in np.argsort(-found.score)] == list(COUNTRIES)
    # here rank 1 is the worst
    assert found.rank.tolist() == list(range(23, 0, -1))
    assert not found.warnings


def test_the_index_of_finland_and_of_the_united_states():
    # each raw value may be off by half of its last place, and so may the index
    half = np.array([0.5, 0.05, 0.05, 0.05, 0.005, 0.005, 0.05, 0.05])
    spans = np.array([best - worst for worst, best in GOALPOSTS.values()])
    slack = 0.05 + (100 * half / spans).mean()
    assert score_challenge(X, SPEC).score[:2] == pytest.approx([74.4, 73.3], abs=slack)


def test_need_is_what_is_missing_to_100():
    found = score_challenge(X, SPEC)
    assert found.need == pytest.approx(100 - found.score)


def test_who_leads_and_who_trails_by_every_weighting_does_so_in_the_uncertain_ranks():
    # Table 23: the first four are never behind rank 5, the last five never before rank 19
    doubt = rank_uncertainty(X, SPEC, draws=400, seed=1)
    assert doubt.worst_k == 6
    assert (doubt.prob_worst[:4] == 0).all() and (doubt.p05[:4] > doubt.worst_k).all()
    assert (doubt.prob_worst[-5:] >= 0.5).all()
