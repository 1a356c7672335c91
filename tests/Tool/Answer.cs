using System.Text.Json;

namespace RateSync.Fast.Tests.Tool;

/// <summary>What a run of the tool came to.</summary>
public sealed record Answer(int Code, string Out, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    public string[] Lines => Out.TrimEnd('\n').Split('\n');
}
