using System.Globalization;
using System.Text;

namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>
/// Who took each step of an execution, and which alternative where there was a choice: which says
/// all about it. As text, threads are numbers, the
/// buffer of a thread is its number with a b, repetitions are counted and alternatives follow a slash: <c>0*3 1*2 0b 1/2</c>.
/// </summary>
internal sealed class Schedule
{
    private readonly List<Entry> _entries = [];

    public void Add(Entry entry) => _entries.Add(entry);

    public override string ToString()
    {
        StringBuilder text = new();
        for (int i = 0; i < _entries.Count;)
        {
            int end = i + 1;
            while (end < _entries.Count && _entries[end] == _entries[i])
            {
                end++;
            }

            text.Append(i == 0 ? string.Empty : " ").Append(_entries[i]);
            if (end - i > 1)
            {
                text.Append('*').Append(CultureInfo.InvariantCulture, $"{end - i}");
            }

            i = end;
        }

        return text.ToString();
    }

    /// <summary>One step's agent and choice.</summary>
    internal readonly record struct Entry(int Thread, bool Buffer, int Choice)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Thread}{(Buffer ? "b" : string.Empty)}{(Choice == 0 ? string.Empty : $"/{Choice}")}");
    }
}
