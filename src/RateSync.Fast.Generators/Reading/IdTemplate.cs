using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace RateSync.Fast.Generators.Reading;

/// <summary>Takes a limiter's id apart: <c>text</c>, <c>{name}</c>, <c>{name.Member.Member}</c>, <c>{{</c> and <c>}}</c>.</summary>
internal static class IdTemplate
{
    /// <summary>The parts; or what is wrong, and with which character (counted from 1).</summary>
    public static IReadOnlyList<IdPart> Parse(string id, out string? defect, out int position)
    {
        List<IdPart> parts = [];
        StringBuilder text = new();
        defect = null;
        for (position = 1; position <= id.Length; position++)
        {
            char letter = id[position - 1];
            if (letter is not ('{' or '}'))
            {
                text.Append(letter);
            }
            else if (position < id.Length && id[position] == letter)
            {
                text.Append(letter);
                position++;
            }
            else if (letter == '}')
            {
                defect = "this brace closes nothing; double it to mean it, '}}'";
                return [];
            }
            else
            {
                int end = id.IndexOf('}', position);
                string hole = end < 0 ? "" : id.Substring(position, end - position).Trim();
                defect = end < 0 ? "this brace is never closed; double it to mean it, '{{'" : Defect(hole);
                if (defect is not null)
                {
                    return [];
                }

                Flush(text, parts);
                parts.Add(new IdPart(hole, IsHole: true));
                position = end + 1;
            }
        }

        Flush(text, parts);
        return parts;
    }

    private static string? Defect(string hole) => hole.Length == 0
        ? "there is no name in these braces; write a parameter's, or double them to mean them, '{{}}'"
        : hole.Split('.').All(static name => SyntaxFacts.IsValidIdentifier(name.TrimStart('@')))
            ? null
            : $"'{hole}' is no parameter or member of one; only names and dots can stand in braces";

    private static void Flush(StringBuilder text, List<IdPart> parts)
    {
        if (text.Length > 0)
        {
            parts.Add(new IdPart(text.ToString(), IsHole: false));
            text.Clear();
        }
    }
}
