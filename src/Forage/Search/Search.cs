using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Forage.Features;
using Forage.Search.Internals;

namespace Forage.Search;

/// <summary>
/// What a program asks for its choices. Made from a model it predicts, straight away: features are looked up, scores of all actions summed, the
/// best allowed one returned. A <see cref="SearchLearner{TInput, TOutput}"/> hands the program searches that answer so that it learns. One search
/// serves one thread; a model serves any number of searches.
/// </summary>
public sealed class Search
{
    private readonly PolicySet _set;
    private readonly LearningRun? _learning;
    private readonly GuidedRun? _guided;
    private readonly Scorer _scorer;
    private readonly FeatureGather _gather = new();
    private readonly int _mostSteps;
    private readonly Rng _coins;
    private int[] _predictions = new int[64];
    private int _step;

    /// <summary>A search that predicts with a model.</summary>
    public Search(SearchModel model)
    {
        (_set, _mostSteps, _coins) = (model.Policies, model.Options.MostSteps, new Rng(model.Options.Seed));
        _scorer = new Scorer(_set.Actions.Max());
    }

    internal Search(PolicySet set, SearchOptions options, LearningRun learning)
    {
        (_set, _mostSteps, _learning) = (set, options.MostSteps, learning);
        _scorer = new Scorer(1);
    }

    internal Search(GuidedRun guided)
    {
        (_set, _mostSteps, _guided) = (new PolicySet(guided.Actions), new SearchOptions().MostSteps, guided);
        _scorer = new Scorer(1);
    }

    /// <summary>True while learning: what the program returns is not used, so it need not make it.</summary>
    public bool IsLearning => _learning is not null || _guided is not null;

    /// <summary>Number of predictions made on this input so far: the number of the step the next one is.</summary>
    public int Step => _learning?.Step ?? _guided?.Step ?? _step;

    /// <summary>The prediction made at an earlier step. It is right also where a jump left the program's own variables behind.</summary>
    public int Prediction(int step)
    {
        if ((uint)step >= (uint)Step) throw new ArgumentOutOfRangeException(nameof(step), step, $"{Step} predictions were made.");
        return _learning?.Prediction(step) ?? _guided?.Answers[step] ?? _predictions[step];
    }

    /// <summary>Predicts an input.</summary>
    public TOutput Run<TInput, TOutput>(ISearchTask<TInput, TOutput> task, TInput input)
    {
        _step = 0;
        return task.Run(this, input);
    }

    /// <summary>A choice.</summary>
    /// <param name="features">What it may look at.</param>
    /// <param name="reference">The right action or what each would cost, if known; only learning looks at it.</param>
    /// <param name="conditionOn">Earlier steps whose predictions become features: each by its position in this list, and each prefix of the list jointly; negative steps are before the start.</param>
    /// <param name="allowed">Actions to choose from; null for all.</param>
    /// <param name="policy">Which of the program's policies chooses; each has its own actions and weights.</param>
    /// <returns>An action, from 0.</returns>
    /// <exception cref="ForageException">The program does not end, or one of the arguments does not fit the policy.</exception>
    public int Predict(SearchFeatures features, Reference reference = default, ReadOnlySpan<int> conditionOn = default, ActionSet? allowed = null, int policy = 0)
    {
        if ((uint)policy >= (uint)_set.Actions.Count) SearchThrow.BadPolicy(policy, _set.Actions.Count);
        int actions = _set.Actions[policy];
        if (allowed is not null && allowed.Actions != actions) SearchThrow.BadActions(allowed.Actions, actions, "A set");
        if (_learning is not null) return _learning.Predict(features, reference, conditionOn, allowed, policy);
        if (_guided is not null) return _guided.Predict(allowed, policy, _mostSteps);
        if (_step >= _mostSteps) SearchThrow.Endless(_mostSteps);
        int action;
        if (allowed is { Count: 1 })
        {
            action = allowed.First;
        }
        else
        {
            _gather.Fill(features, conditionOn, _predictions.AsSpan(0, _step));
            _scorer.Score(_set.Table(_set.Draw(_coins, (ulong)_step), policy), _gather.Indices, _gather.Values);
            action = _scorer.Best(actions, allowed);
        }
        if (_step == _predictions.Length) Array.Resize(ref _predictions, 2 * _step);
        _predictions[_step++] = action;
        return action;
    }

    /// <summary>Scores of the actions at the last prediction (allowed or not); only when predicting.</summary>
    /// <param name="actions">Number of actions of its policy.</param>
    public ReadOnlySpan<float> LastScores(int actions) => _scorer.Scores(actions);

    /// <summary>Adds to the loss of what is being predicted; ignored when predicting. Report what a step costs as soon as it is known.</summary>
    /// <param name="loss">A number; the loss of an input is the sum.</param>
    public void Loss(double loss)
    {
        _learning?.Loss(loss);
        _guided?.Add(loss);
    }

    /// <summary>
    /// Says that <paramref name="state"/> is all that the rest of the run depends on: the predictions it will ask for, their features, and the losses
    /// it will report (earlier predictions that steps condition on, or that are asked of <see cref="Prediction"/>, are added by the search itself). While learning, the state may be replaced by an
    /// earlier one of the same place in the program, and the program must go on from there. A loss that depends on the past (paper 06, Definition 1)
    /// needs what it depends on in the state. Without snapshots everything works, in quadratic time.
    /// </summary>
    /// <typeparam name="T">A plain struct or number.</typeparam>
    /// <param name="state">The state.</param>
    /// <param name="site">The place in the program; filled in by the compiler.</param>
    public void Snapshot<T>(ref T state, [CallerLineNumber] int site = 0) where T : unmanaged
        => _learning?.Snapshot(site, MemoryMarshal.AsBytes(new Span<T>(ref state)));

    /// <summary>The same for a state of several numbers, always as many at one place of the program.</summary>
    /// <typeparam name="T">A plain struct or number.</typeparam>
    /// <param name="state">The state.</param>
    /// <param name="site">The place in the program; filled in by the compiler.</param>
    public void Snapshot<T>(Span<T> state, [CallerLineNumber] int site = 0) where T : unmanaged
        => _learning?.Snapshot(site, MemoryMarshal.AsBytes(state));
}
