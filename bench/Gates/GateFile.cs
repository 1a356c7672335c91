using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RateSync.Fast.Bench.Gates;

/// <summary>The gates as they are kept in the repository.</summary>
internal static class GateFile
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Gate[] Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Gate[]>(File.ReadAllText(file), s_options) ?? [];
        }
        catch (FileNotFoundException)
        {
            throw new UsageException($"There is no {file}. Make it with: gate --calibrate 10 --update");
        }
        catch (JsonException exception)
        {
            throw new UsageException($"{file}: {exception.Message}");
        }
    }

    public static void Write(string file, IEnumerable<Gate> gates) =>
        File.WriteAllText(file, JsonSerializer.Serialize(gates, s_options) + "\n");

    /// <summary>What one run measured, for whoever started it.</summary>
    public static void WriteFigures(string file, IEnumerable<Figure> figures) =>
        File.WriteAllText(file, JsonSerializer.Serialize(figures, s_options));

    public static Figure[] ReadFigures(string file) => JsonSerializer.Deserialize<Figure[]>(File.ReadAllText(file), s_options) ?? [];
}
