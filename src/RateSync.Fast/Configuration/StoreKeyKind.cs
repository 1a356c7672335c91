namespace RateSync.Fast.Configuration;

/// <summary>What a key of a store may be.</summary>
internal enum StoreKeyKind
{
    /// <summary>Text that is not empty.</summary>
    Text,

    /// <summary>Text; empty means that it is not given.</summary>
    AnyText,

    /// <summary>A whole number, 0 or more.</summary>
    Count,

    /// <summary>A number, 0 or more.</summary>
    Number,

    /// <summary>True or false.</summary>
    Switch,
}
