using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>Runs a scenario under every schedule that the options ask for, until one fails.</summary>
internal sealed class Explore
{
    private readonly string _name;
    private readonly Func<Execution> _scenario;
    private readonly ExploreOptions _options;
    private readonly SearchTree _tree = new();
    private Scheduler? _scheduler;
    private Report? _report;
    private Exception? _broken;
    private volatile bool _done;

    private Explore(string name, Func<Execution> scenario, ExploreOptions options)
    {
        _name = name;
        _scenario = scenario;
        _options = options;
    }

    /// <summary>Explores a scenario.</summary>
    /// <param name="name">What the report is called.</param>
    /// <param name="scenario">Builds all state afresh and says what the threads do; called before every execution, outside the
    /// model.</param>
    /// <param name="options">How to explore.</param>
    public static Report Run(string name, Func<Execution> scenario, ExploreOptions? options = null) =>
        new Explore(name, scenario, options ?? new ExploreOptions()).Run();

    private Report Run()
    {
        // Never on the caller's thread: what code under test keeps for each thread begins afresh with every exploration.
        Thread driver = new(Guarded(Drive));
        driver.Start();
        driver.Join();
        if (_broken is not null)
        {
            ExceptionDispatchInfo.Capture(_broken).Throw();
        }

        Report report = _report!;
        TestContext.Current.TestOutputHelper?.WriteLine(report.ToString());
        return report;
    }

    private ThreadStart Guarded(Action action) => () =>
    {
        try
        {
            ModelAtomics.Configure(_options.Defect, _options.Cores);
            _options.Prepare?.Invoke();
            action();
        }
        catch (Exception failure)
        {
            _broken ??= failure;
        }
    };

    private void Drive()
    {
        Execution first = _scenario();
        _scheduler = new Scheduler(_options, _tree, first.Threads.Length, first.Invariant is not null);
        Thread[] workers = new Thread[first.Threads.Length - 1];
        for (int i = 0; i < workers.Length; i++)
        {
            VirtualThread thread = _scheduler[i + 1];
            using ManualResetEventSlim ready = new();
            workers[i] = new Thread(Guarded(() => Work(thread, ready)));
            workers[i].Start();
            ready.Wait();
        }

        try
        {
            Search();
        }
        finally
        {
            _done = true;
            for (int i = 0; i < workers.Length; i++)
            {
                _scheduler[i + 1].Gate.Open();
                workers[i].Join();
            }
        }
    }

    private void Work(VirtualThread thread, ManualResetEventSlim ready)
    {
        ready.Set();
        while (true)
        {
            thread.Gate.Wait();
            if (_done)
            {
                return;
            }

            _scheduler!.RunBody(thread);
        }
    }

    private void Search()
    {
        Stopwatch watch = Stopwatch.StartNew();
        long executions = 0;
        long pruned = 0;
        long repeated = 0;
        int maxDepth = 0;
        bool complete = false;
        Failure? failure = null;
        while (executions + pruned < _options.MaxExecutions && watch.Elapsed < _options.MaxTime)
        {
            ExecutionEnd end = _scheduler!.Run(_scenario());
            if (end == ExecutionEnd.Spoiled)
            {
                repeated++;
                _tree.Rewind();
                continue;
            }

            executions += end == ExecutionEnd.Pruned ? 0 : 1;
            pruned += end == ExecutionEnd.Pruned ? 1 : 0;
            maxDepth = Math.Max(maxDepth, _scheduler.Steps.Length);
            if (end == ExecutionEnd.Failed)
            {
                failure = Describe(_scheduler.Failure!);
                complete = true;
                break;
            }

            if (!_tree.TryAdvance(_scheduler.Steps))
            {
                complete = true;
                break;
            }
        }

        _report = new Report
        {
            Name = _name,
            Options = _options,
            Threads = _scheduler!.Threads,
            Executions = executions,
            Pruned = pruned,
            Repeated = repeated,
            Transitions = _scheduler.Transitions,
            MaxDepth = maxDepth,
            Elapsed = watch.Elapsed,
            Complete = complete,
            Failure = failure,
        };
    }

    /// <summary>Repeats the execution that failed, with a trace.</summary>
    private Failure Describe(Exception exception)
    {
        Schedule schedule = new();
        for (int i = 0; i < _tree.Count; i++)
        {
            int agent = _tree[i].Agent;
            int threads = _scheduler!.Threads;
            schedule.Add(new Schedule.Entry(agent % threads, agent >= threads, _tree[i].Choice));
        }

        _tree.RepeatAll();
        Trace trace;
        ExecutionEnd end;
        int attempts = 0;
        do
        {
            trace = new Trace();
            Trace.Recording = trace;
            Execution execution = _scenario();
            Trace.Recording = null;
            _scheduler!.Trace = trace;
            end = _scheduler.Run(execution);
            _scheduler.Trace = null;
        }
        while (end == ExecutionEnd.Spoiled && ++attempts < 10);

        string again = _scheduler.Failure?.Message ?? end.ToString();
        string note = again == exception.Message ? string.Empty : $"\n(repeating it ended with: {again})";
        return new Failure(exception, schedule, trace + note);
    }
}
