using System.Text.Encodings.Web;
using System.Text.Json;
using RateSync.Fast.Bench.Rows;

namespace RateSync.Fast.Bench.Output;

/// <summary>
/// Rows as an array of <c>{id, name, threads, ours_ns, floor_ns, peer, peer_ns, ratio_floor, ratio_peer, bytes_per_op, goal, met}</c>: one
/// for each peer of a row. <c>ratio_floor</c> is ours over the floor, <c>ratio_peer</c> the peer over ours. Figures that are not
/// times leave the times null; memory per key is <c>bytes_per_op</c>.
/// </summary>
internal static class JsonRows
{
    private static readonly JsonWriterOptions s_options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(string file, IEnumerable<Row> rows)
    {
        using FileStream stream = File.Create(file);
        using Utf8JsonWriter writer = new(stream, s_options);
        writer.WriteStartArray();
        foreach (Row row in rows)
        {
            foreach (RowPeer? peer in row.Peers.DefaultIfEmpty())
            {
                Write(writer, row, peer);
            }
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, Row row, RowPeer? peer)
    {
        bool isTime = row.Unit == Unit.Nanoseconds;
        string goal = row.DescribeGoal(peer);
        writer.WriteStartObject();
        writer.WriteString("id", row.Id);
        writer.WriteString("name", row.Name);
        writer.WriteNumber("threads", row.Threads);
        Number(writer, "ours_ns", isTime ? row.Ours : null);
        Number(writer, "floor_ns", isTime ? row.Floor : null);
        writer.WriteString("peer", peer?.Name);
        Number(writer, "peer_ns", isTime ? peer?.Figure : null);
        Number(writer, "ratio_floor", row.FloorRatio);
        Number(writer, "ratio_peer", peer is { IsComparable: true } ? peer.Ratio : null);
        Number(writer, "bytes_per_op", row.Unit == Unit.Bytes ? row.Ours : row.Bytes);
        writer.WriteString("goal", goal);
        if (goal.Length == 0)
        {
            writer.WriteNull("met");
        }
        else
        {
            writer.WriteBoolean("met", row.Fault is null && row.OwnPartIsMet && (peer is null || Row.IsMetAgainst(peer)));
        }

        writer.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            writer.WriteNumber(name, Math.Round(number, 4));
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
