namespace RateSync.Fast.Bench.Measure;

/// <summary>
/// Contenders that are measured against each other: each has a short turn, again and again, so that whatever else the
/// machine does, and however its clock speed wanders, falls on all of them alike.
/// </summary>
internal sealed class Contest
{
    private readonly List<Contender> _contenders = [];

    public IReadOnlyList<Contender> Contenders => _contenders;

    public Contender Add(Contender contender)
    {
        _contenders.Add(contender);
        return contender;
    }

    public Contender Add<TOperation>(string name, Func<int, TOperation> perThread, int threads = 1, Expect expect = Expect.Granted)
        where TOperation : struct, IOperation => Add(new Contender(name, new Loop<TOperation>(perThread), threads, expect));

    /// <summary>All rounds. Those of earlier calls are forgotten.</summary>
    public void Run(Crew crew, Budget budget)
    {
        foreach (Contender contender in _contenders)
        {
            contender.Clear();
        }

        Continue(crew, budget);
    }

    /// <summary>More rounds, added to those of earlier calls.</summary>
    public void Continue(Crew crew, Budget budget)
    {
        for (int round = 0; round < budget.Rounds; round++)
        {
            // Every other round backwards: nobody always comes after the same neighbour.
            IEnumerable<Contender> order = round % 2 == 0 ? _contenders : Enumerable.Reverse(_contenders);
            foreach (Contender contender in order)
            {
                contender.Add(crew.Run(contender.Workload, contender.Threads, budget.SliceFor(contender.Threads)));
            }
        }
    }
}
