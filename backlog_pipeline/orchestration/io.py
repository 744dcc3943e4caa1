"""Values between assets: our types as JSON and tables as Parquet, one file an asset and repository."""

from collections.abc import MutableMapping

import dagster as dg
import pandas as pd

from backlog_pipeline.store.values import ValueStore

Made = MutableMapping[tuple[str, str], object]
"""What this process has made, by asset and repository."""


class Values(dg.IOManager):
    """Dagster's door to ``store.values``; a value that was never made raises ``StateError``.

    What the same process made a moment ago is handed on as it is, without reading it back.
    """

    def __init__(self, store: ValueStore, made: Made) -> None:
        self._store = store
        self._made = made

    def handle_output(self, context: dg.OutputContext, obj: object) -> None:
        """Keep what an asset returned for the repository of this run."""
        asset, repository = _asset_of(context), context.partition_key
        if isinstance(obj, pd.DataFrame):
            where = self._store.put_table(asset, repository, obj)
        else:
            where = self._store.put(asset, repository, obj)
        self._made[asset, repository] = obj
        context.add_output_metadata({"kept in": dg.MetadataValue.path(where)})

    def load_input(self, context: dg.InputContext) -> object:
        """The value that the asset above last made for the repository of this run."""
        asset, repository = _asset_of(context), context.partition_key
        if (asset, repository) in self._made:
            return self._made[asset, repository]
        kind = context.dagster_type.typing_type
        if kind is pd.DataFrame:
            return self._store.get_table(asset, repository)
        return self._store.get(asset, repository, kind)


def _asset_of(context: dg.OutputContext | dg.InputContext) -> str:
    return "/".join(context.asset_key.path)
