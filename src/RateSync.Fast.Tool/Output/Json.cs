using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RateSync.Fast.Tool.Output;

/// <summary>Answers for programs: snake_case keys, as in configuration files.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,

        // Nobody puts this into a page of HTML without thinking.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(Screen screen, object answer) =>
        screen.Line(JsonSerializer.Serialize(answer, s_options).ReplaceLineEndings("\n"));
}
