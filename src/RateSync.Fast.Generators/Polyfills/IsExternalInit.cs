// The namespace is the one that the compiler looks in.
namespace System.Runtime.CompilerServices;

/// <summary>What the compiler wants for init accessors, and .NET Standard does not have.</summary>
internal static class IsExternalInit;
