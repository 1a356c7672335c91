namespace RateSync.Fast.Configuration;

/// <summary>What a <see cref="ConfigNode"/> is.</summary>
internal enum ConfigKind
{
    /// <summary>Names and values.</summary>
    Table,

    /// <summary>Values in order.</summary>
    List,

    /// <summary>Text, which may stand for a value of any type.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number.</summary>
    Float,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>Something that no key can be, such as a date.</summary>
    Other,

    /// <summary>A value that a problem has been reported of already.</summary>
    Broken,
}
