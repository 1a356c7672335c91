using System.Text.Json.Serialization;

namespace RateSync.Fast.Bench.Gates;

/// <summary>One line of <c>bench/gates.json</c>: a figure and what it must not pass.</summary>
internal sealed record Gate
{
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("threads")]
    public required int Threads { get; init; }

    [JsonPropertyName("measure")]
    public required string Measure { get; init; }

    [JsonPropertyName("peer")]
    public string? Peer { get; init; }

    [JsonPropertyName("max")]
    public double? Max { get; init; }

    [JsonPropertyName("min")]
    public double? Min { get; init; }

    [JsonPropertyName("note")]
    public required string Note { get; init; }

    [JsonIgnore]
    public GateKey Key => new(Id, Name, Threads, Measure, Peer);

    public bool IsPassedBy(double value) => (Max is null || value <= Max) && (Min is null || value >= Min);
}
