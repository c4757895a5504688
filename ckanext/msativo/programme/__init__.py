"""The programme's rules, free of CKAN: who owns what, states, deadlines, progress. Today is always a parameter."""
