using System.Globalization;

namespace RateSync.Fast.Bench.Measure;

/// <summary>One of those that are measured in turns.</summary>
/// <param name="Name">What it is, as shown.</param>
/// <param name="Workload">What it does.</param>
/// <param name="Threads">On how many threads.</param>
/// <param name="Expect">What the answers must be.</param>
internal sealed record Contender(string Name, Workload Workload, int Threads = 1, Expect Expect = Expect.Granted)
{
    private readonly List<Slice> _slices = [];

    public double MedianNs => Statistics.Median(_slices.Select(static s => s.Nanoseconds));

    /// <summary>The worst round: a single byte anywhere shows.</summary>
    public double MaxBytes => _slices.Max(static s => s.BytesPerOperation);

    public double MedianBytes => Statistics.Median(_slices.Select(static s => s.BytesPerOperation));

    public double GrantedPart => (double)_slices.Sum(static s => s.Granted) / _slices.Sum(static s => s.Operations);

    public double GrantedPerSecond => Statistics.Median(_slices.Select(static s => 1e9 / s.Nanoseconds * s.Granted / s.Operations));

    public bool AnsweredAsExpected => Expect switch
    {
        Expect.Granted => GrantedPart >= 0.999,
        Expect.Refused => GrantedPart <= 0.001,
        _ => true,
    };

    /// <summary>The same figures under another name.</summary>
    public Contender Named(string name)
    {
        Contender other = new(name, Workload, Threads, Expect);
        other._slices.AddRange(_slices);
        return other;
    }

    /// <summary>What it answered.</summary>
    public string Describe() => string.Create(CultureInfo.InvariantCulture, $"{Name} granted {GrantedPart:P2} of its calls");

    public void Add(Slice slice) => _slices.Add(slice);

    public void Clear() => _slices.Clear();

    /// <summary>How often this one's time fits in the other's, round by round; the median.</summary>
    public double TimesFasterThan(Contender other) => Statistics.Median(Ratios(other, this));

    /// <summary>This one's time as a multiple of the other's, round by round; the median.</summary>
    public double MultipleOf(Contender other) => Statistics.Median(Ratios(this, other));

    /// <summary>How far apart the middle half of all rounds lies, as a part of the median.</summary>
    public double Spread => Statistics.Spread(_slices.Select(static s => s.Nanoseconds));

    private static IEnumerable<double> Ratios(Contender upper, Contender lower) =>
        upper._slices.Zip(lower._slices, static (u, l) => u.Nanoseconds / l.Nanoseconds);
}
