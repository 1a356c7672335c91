// The namespace is the one that the compiler looks in.
namespace System.Diagnostics.CodeAnalysis;

/// <summary>What the compiler wants for records with required members, and .NET Standard does not have.</summary>
[AttributeUsage(AttributeTargets.Constructor)]
internal sealed class SetsRequiredMembersAttribute : Attribute;
