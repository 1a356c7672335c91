namespace RateSync.Fast.Configuration;

/// <summary>Makes the tree of keys with colons in them and their texts, as Microsoft.Extensions.Configuration has them.</summary>
internal static class ValueNodes
{
    /// <summary>Deeper than anything that is known.</summary>
    private const int MaxDepth = 16;

    /// <summary>A section and a name in it: what is empty there is a table without entries.</summary>
    private const int TableDepth = 2;

    public static ConfigNode From(IEnumerable<KeyValuePair<string, string?>> values)
    {
        Branch root = new("", 0);
        foreach ((string key, string? value) in values)
        {
            Branch branch = root;
            foreach (string part in key.Split(':', MaxDepth))
            {
                branch = branch.Below(part);
            }

            branch.Value = value ?? branch.Value;
        }

        return ConfigNode.Table(root.Entries());
    }

    private sealed class Branch(string name, int depth)
    {
        private readonly List<Branch> _below = [];
        private readonly Dictionary<string, Branch> _byName = new(StringComparer.OrdinalIgnoreCase);

        public string? Value { get; set; }

        private bool IsTable => _below.Count > 0 || (depth <= TableDepth && string.IsNullOrEmpty(Value));

        public Branch Below(string part)
        {
            if (!_byName.TryGetValue(part, out Branch? branch))
            {
                branch = new Branch(part, depth + 1);
                _byName.Add(part, branch);
                _below.Add(branch);
            }

            return branch;
        }

        public List<ConfigEntry> Entries() =>
            [.. _below.Where(static b => b.IsTable || b.Value is not null).Select(static b => b.ToEntry())];

        private ConfigEntry ToEntry() => new(name, default, IsTable ? ConfigNode.Table(Entries()) : ConfigNode.OfText(Value!));
    }
}
