// The namespace is the one that the compiler looks in.
namespace System.Runtime.CompilerServices;

/// <summary>What the compiler wants for required members, and .NET Standard does not have.</summary>
[AttributeUsage(AttributeTargets.All, AllowMultiple = true, Inherited = false)]
internal sealed class CompilerFeatureRequiredAttribute(string featureName) : Attribute
{
    public string FeatureName { get; } = featureName;
}
