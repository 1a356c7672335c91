namespace RateSync.Fast.Configuration;

/// <summary>Whether limiters name each other rightly.</summary>
internal static class References
{
    public static void Check(
        ConfigSource source,
        List<TableReader> tables,
        IReadOnlyDictionary<string, LimiterOptions> limiters,
        IReadOnlyDictionary<string, StoreOptions> stores)
    {
        if (AnyRefers(tables, limiters))
        {
            CheckAll(source, tables, limiters, stores);
        }
    }

    private static void CheckAll(
        ConfigSource source,
        List<TableReader> tables,
        IReadOnlyDictionary<string, LimiterOptions> limiters,
        IReadOnlyDictionary<string, StoreOptions> stores)
    {
        HashSet<string> known = new(limiters.Keys, StringComparer.Ordinal);
        known.UnionWith(source.KnownLimiters);
        foreach (TableReader table in tables)
        {
            HashSet<string> seen = new(StringComparer.Ordinal);
            foreach (string name in limiters[table.Name].Limiters ?? [])
            {
                string key = table.Of(ConfigKeys.Limiters);
                string shown = Secrets.Show("", name);
                if (!known.Contains(name))
                {
                    string? nearest = source.IsFull ? null : Names.Nearest(name, known);
                    string hint = nearest is null ? "" : $" Did you mean \"{nearest}\"?";
                    source.Expected(key, Place(table, name), "names of limiters", $"{shown}, which is none", hint);
                }
                else if (!seen.Add(name))
                {
                    source.Expected(key, Place(table, name), "each name once", $"{shown} twice");
                }
            }
        }

        CheckCycles(source, tables, limiters);
        CheckStrict(source, tables, limiters, stores);
    }

    /// <summary>Whether limiters that are to be strict refer to such only.</summary>
    private static void CheckStrict(
        ConfigSource source,
        List<TableReader> tables,
        IReadOnlyDictionary<string, LimiterOptions> limiters,
        IReadOnlyDictionary<string, StoreOptions> stores)
    {
        foreach (TableReader table in tables)
        {
            foreach (string name in limiters[table.Name] is { Strict: true, Limiters: { } parts } ? parts : [])
            {
                if (Excess.Of(name, limiters, stores) is { Permits: > 0 } excess)
                {
                    source.Expected(
                        table.Of(ConfigKeys.Limiters),
                        Place(table, name),
                        "limiters that are strict",
                        $"{Secrets.Show("", name)}, which is not: {excess.Reason}");
                }
            }
        }
    }

    private static bool AnyRefers(List<TableReader> tables, IReadOnlyDictionary<string, LimiterOptions> limiters)
    {
        foreach (TableReader table in tables)
        {
            if (limiters[table.Name].Limiters is { Count: > 0 })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The place of a name in the list; of one that comes twice, the last.</summary>
    private static Toml.TomlPosition Place(TableReader table, string name) =>
        table.Take(ConfigKeys.Limiters)?.Items
            .LastOrDefault(item => item.Kind == ConfigKind.Text && string.Equals(item.Text, name, StringComparison.Ordinal))?.Position
        ?? table.At(ConfigKeys.Limiters);

    /// <summary>Walks all references without recursion, so that a long chain needs no deep stack.</summary>
    private static void CheckCycles(
        ConfigSource source, List<TableReader> tables, IReadOnlyDictionary<string, LimiterOptions> limiters)
    {
        HashSet<string> done = new(StringComparer.Ordinal);
        Dictionary<string, int> onPath = new(StringComparer.Ordinal);
        Dictionary<string, TableReader> readers = tables.ToDictionary(static table => table.Name, StringComparer.Ordinal);
        List<(string Id, int Next)> path = [];
        foreach (TableReader start in tables)
        {
            Enter(start.Name);
            while (path.Count > 0)
            {
                (string id, int next) = path[^1];
                IReadOnlyList<string> parts = limiters[id].Limiters ?? [];
                if (next == parts.Count)
                {
                    path.RemoveAt(path.Count - 1);
                    onPath.Remove(id);
                    done.Add(id);
                    continue;
                }

                path[^1] = (id, next + 1);
                if (onPath.TryGetValue(parts[next], out int from))
                {
                    Report(source, readers, [.. path.Skip(from).Select(static step => step.Id), parts[next]]);
                }
                else
                {
                    Enter(parts[next]);
                }
            }
        }

        void Enter(string id)
        {
            if (limiters.ContainsKey(id) && !done.Contains(id))
            {
                onPath.Add(id, path.Count);
                path.Add((id, 0));
            }
        }
    }

    /// <summary>At the last of the names on the way round that this configuration says something about.</summary>
    private static void Report(ConfigSource source, Dictionary<string, TableReader> readers, string[] round)
    {
        int last = Array.FindLastIndex(round, round.Length - 2, readers.ContainsKey);
        TableReader table = readers[round[Math.Max(0, last)]];
        string way = string.Join(" -> ", round.Take(20)) + (round.Length > 20 ? $" and {round.Length - 20} more" : "");
        source.Expected(table.Of(ConfigKeys.Limiters), Place(table, round[Math.Max(0, last) + 1]), "names that do not lead back", way);
    }
}
