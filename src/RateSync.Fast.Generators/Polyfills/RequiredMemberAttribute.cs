// The namespace is the one that the compiler looks in.
namespace System.Runtime.CompilerServices;

/// <summary>What the compiler wants for required members, and .NET Standard does not have.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Field | AttributeTargets.Property, Inherited = false)]
internal sealed class RequiredMemberAttribute : Attribute;
