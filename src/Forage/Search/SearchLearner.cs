using Forage.Persistence;
using Forage.Search.Internals;

namespace Forage.Search;

/// <summary>
/// Learns the policies of a program from inputs whose truth it knows (paper 06, Algorithm 3): a roll-in visits states; one step at a time every
/// action is tried and the program is completed by the roll-out policy; the losses are costs of a cost-sensitive example, learnt by AdaGrad over
/// the scores of all actions.
/// </summary>
/// <remarks>The same inputs in the same order give the same model bit for bit, whatever the number of threads.</remarks>
/// <typeparam name="TInput">What the program looks at.</typeparam>
/// <typeparam name="TOutput">What it makes.</typeparam>
public sealed class SearchLearner<TInput, TOutput> : IDisposable
{
    private const string Tag = "SRLN";

    private readonly ISearchTask<TInput, TOutput> _task;
    private readonly LearntPolicy[] _learners;
    private readonly PolicySet _set;
    private readonly List<(LearningRun Run, Search Search)> _workers = [];
    private long _examples;
    private int _passes;

    /// <summary>A learner that knows nothing yet.</summary>
    /// <param name="task">The program.</param>
    /// <param name="actions">Number of actions of each of its policies, at least one policy of at least one action.</param>
    /// <param name="options">How it learns; DAgger unless said otherwise.</param>
    /// <exception cref="ForageException">A bad option or number of actions.</exception>
    public SearchLearner(ISearchTask<TInput, TOutput> task, IReadOnlyList<int> actions, SearchOptions? options = null)
        : this(task, options ?? SearchOptions.DAgger, NewPolicies(actions, options ?? SearchOptions.DAgger)) { }

    private SearchLearner(ISearchTask<TInput, TOutput> task, SearchOptions options, LearntPolicy[] learners)
    {
        (_task, Options, _learners) = (task, options, learners);
        _set = new PolicySet([.. learners.Select(l => l.Table.Actions)]);
        if (options.Interpolation == Interpolation.Data) _set.Add([.. learners.Select(l => l.Table)], 1);
    }

    /// <summary>How it learns.</summary>
    public SearchOptions Options { get; }

    /// <summary>What was counted since it was made or loaded.</summary>
    public SearchCounts Counts => _workers.Aggregate(default(SearchCounts), (sum, w) => sum + w.Run.Counts);

    /// <summary>Learns from an input.</summary>
    /// <exception cref="ForageException">The program does not end, reports no loss, differs when run again, or takes snapshots that lack something.</exception>
    public void Learn(TInput input)
    {
        var worker = Worker(0);
        worker.Run.Collect(() => _task.Run(worker.Search, input), _examples, ReferenceShare);
        worker.Run.LearnAll();
        _examples++;
    }

    /// <summary>
    /// Learns from several inputs at once: what each of them teaches is found with the policies as they are at the call, then it is learnt in the order
    /// of the inputs. The model depends on how inputs are grouped, not on the number of threads.
    /// </summary>
    public void LearnBatch(IReadOnlyList<TInput> inputs, int threads, CancellationToken cancellation = default)
    {
        if (Options.Updates == UpdateTiming.Immediate) throw new ForageException("Immediate updates learn from one input at a time; batches need buffered ones.");
        var workers = new (LearningRun Run, Search Search)[inputs.Count];
        for (int i = 0; i < workers.Length; i++) workers[i] = Worker(i);
        ParallelWork.For(inputs.Count, threads, cancellation, i => workers[i].Run.Collect(() => _task.Run(workers[i].Search, inputs[i]), _examples + i, ReferenceShare));
        foreach (var worker in workers) worker.Run.LearnAll();
        _examples += inputs.Count;
    }

    /// <summary>A pass over the data has ended: with <see cref="Interpolation.Policy"/> what was learnt joins the mixture.</summary>
    public void EndPass()
    {
        _passes++;
        if (Options.Interpolation == Interpolation.Policy) _set.Interpolate(Frozen(), Options.Alpha);
    }

    /// <summary>A model of what was learnt so far; learning may go on.</summary>
    public SearchModel ToModel()
    {
        var set = new PolicySet(_set.Actions);
        if (Options.Interpolation == Interpolation.Data || _set.Count == 0) set.Add(Frozen(), 1);
        else
            for (int c = 0; c < _set.Count; c++) set.Add([.. Enumerable.Range(0, _set.Actions.Count).Select(p => _set.Table(c, p).Frozen(average: false, 0))], _set.Weight(c));
        return new SearchModel(Options, set, owns: true);
    }

    /// <summary>Writes it so that learning can go on.</summary>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk(Tag, OptionsFormat.Version);
        OptionsFormat.Write(writer, Options);
        writer.Write(_examples);
        writer.Write(_passes);
        writer.Write(_learners.Length);
        foreach (var l in _learners) l.Save(writer);
        int mixed = Options.Interpolation == Interpolation.Policy ? _set.Count : 0;
        writer.Write(mixed);
        for (int c = 0; c < mixed; c++)
        {
            writer.Write(_set.Weight(c));
            for (int p = 0; p < _learners.Length; p++) _set.Table(c, p).Save(writer);
        }
        writer.EndChunk();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static SearchLearner<TInput, TOutput> Load(ISearchTask<TInput, TOutput> task, ModelReader reader)
    {
        reader.BeginChunk(Tag, OptionsFormat.Version, OptionsFormat.Version);
        var options = OptionsFormat.ReadSearch(reader);
        long examples = reader.ReadInt64();
        int passes = reader.ReadInt32(), policies = reader.ReadInt32();
        if (policies is < 1 or > 1 << 16) throw new ForageException($"The model has {policies} policies; it is damaged.");
        var learners = new LearntPolicy[policies];
        for (int p = 0; p < policies; p++) learners[p] = LearntPolicy.Load(reader);
        var learner = new SearchLearner<TInput, TOutput>(task, options, learners) { _examples = examples, _passes = passes };
        int mixed = reader.ReadInt32();
        for (int c = 0; c < mixed; c++)
        {
            double weight = reader.ReadDouble();
            var tables = new ActionTable[policies];
            for (int p = 0; p < policies; p++) tables[p] = ActionTable.Load(reader);
            learner._set.Add(tables, weight);
        }
        reader.EndChunk();
        return learner;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var l in _learners) l.Dispose();
        if (Options.Interpolation != Interpolation.Policy) return;
        for (int c = 0; c < _set.Count; c++)
            for (int p = 0; p < _set.Actions.Count; p++) _set.Table(c, p).Dispose();
    }

    /// <summary>The reference's share of the mixed policy now.</summary>
    private double ReferenceShare => Math.Pow(1 - Options.Alpha, Options.Interpolation == Interpolation.Data ? _examples : _passes);

    private ActionTable[] Frozen() => [.. _learners.Select(l => l.Frozen(Options))];

    private (LearningRun Run, Search Search) Worker(int i)
    {
        while (_workers.Count <= i)
        {
            var run = new LearningRun(_set, Options, _learners);
            _workers.Add((run, new Search(_set, Options, run)));
        }
        return _workers[i];
    }

    private static LearntPolicy[] NewPolicies(IReadOnlyList<int> actions, SearchOptions options)
    {
        options.Validate();
        if (actions.Count == 0) throw new ForageException("A program without a policy; expected at least one.");
        foreach (int n in actions)
            if (n < 1) throw new ForageException($"A policy of {n} actions; expected at least 1.");
        return [.. actions.Select(n => new LearntPolicy(new ActionTable(n, learns: true)))];
    }
}
