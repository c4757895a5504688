"""Notices changes of observations by others, whichever way they came.

``datastore_upsert`` and ``datastore_delete`` send signals of their own; ``datastore_create`` (and tools that use it)
does not, so its success is listened to. What comes past all of them is found by the hash of the table at the next run.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import challenges, indicators, jobs_queue

# Only these of the actions' successes mean a change that the analysis must see.
ACTIONS = {"datastore_create", "package_create", "package_update", "package_delete"}


def on_datastore_change(sender: str, **_kwargs: Any) -> None:
    if indicators.is_observations(sender):
        jobs_queue.enqueue_analysis()


def on_action(sender: str, **kwargs: Any) -> None:
    if sender not in ACTIONS:
        return
    if sender == "datastore_create":
        resource_id = (kwargs.get("data_dict") or {}).get("resource_id")
        if resource_id and indicators.is_observations(resource_id):
            jobs_queue.enqueue_analysis()
        return
    result = kwargs.get("result")
    dataset_type = result.get("type") if isinstance(result, dict) else None
    if dataset_type in (indicators.TYPE, challenges.TYPE) and not kwargs.get("context", {}).get("msativo_loader"):
        # The method may have changed.
        jobs_queue.enqueue_analysis()


SUBSCRIPTIONS = {
    tk.signals.datastore_upsert: [on_datastore_change],
    tk.signals.datastore_delete: [on_datastore_change],
    tk.signals.action_succeeded: [on_action],
}
