using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace RateSync.Fast.Generators.Model;

/// <summary>Where something is written. It keeps no syntax tree alive.</summary>
internal readonly record struct Place(string Path, TextSpan Span, LinePositionSpan Lines)
{
    public static Place Of(Location location) => new(location.SourceTree?.FilePath ?? "", location.SourceSpan, location.GetLineSpan().Span);

    public Location ToLocation() => Location.Create(Path, Span, Lines);
}
