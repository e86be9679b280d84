using Forage.Bandits;
using Forage.Features;
using Forage.Linear;
using Forage.OffPolicy;

namespace Forage.Simulation;

/// <summary>
/// One play in progress: a bandit, or the same learner with full information, its draws and its learning curve. Examples come as sets, one after another, so a
/// play may be of a file that does not fit in memory.
/// </summary>
public sealed class BanditPlay : IDisposable
{
    private const double Spacing = 1.2589254117941673; // ten points a decade
    private const int Reported = 0x3FF;

    private readonly IContextualBandit? _bandit, _owned;
    private readonly LinearLearner? _supervised;
    private readonly float[] _targets = [], _scores = [];
    private readonly int _actions;
    private readonly double _noise;
    private readonly List<double> _rounds = [], _losses = [];
    private Rng _draws, _lies;
    private long _done, _wrong;
    private double _next = 1;

    /// <summary>A play of a bandit, which stays the caller's.</summary>
    /// <param name="bandit">A bandit of <paramref name="actions"/> actions.</param>
    /// <param name="actions">Number of labels, at least 2.</param>
    /// <param name="options">Seed and noise; order and passes are the caller's.</param>
    public BanditPlay(IContextualBandit bandit, int actions, BanditReplayOptions options)
    {
        CheckActions(actions);
        if (options.Noise is not (>= 0 and < 0.5)) throw new ForageException($"The noise is {options.Noise}; expected a probability from 0 up to 0.5.");
        (_bandit, _actions, _noise) = (bandit, actions, options.Noise);
        (_draws, _lies) = (new Rng(options.Seed).Fork(1), new Rng(options.Seed).Fork(3));
    }

    /// <summary>A play of a bandit made here.</summary>
    public BanditPlay(BanditRecipe recipe, BanditReplayOptions options) : this(ContextualBandit.Create(recipe), recipe.Actions, options) => _owned = _bandit;

    /// <summary>A play with full information.</summary>
    public BanditPlay(LinearOptions learner, int actions)
    {
        CheckActions(actions);
        _actions = actions;
        _supervised = new LinearLearner(learner, actions);
        (_targets, _scores) = (new float[actions], new float[actions]);
    }

    /// <summary>Rounds played.</summary>
    public long Rounds => _done;

    /// <summary>Plays the examples of a set.</summary>
    /// <param name="set">Its labels must be below the number of actions.</param>
    /// <param name="order">Numbers of examples in the order of play; null plays them as they stand.</param>
    /// <param name="progress">Told rounds played by now, now and then.</param>
    /// <param name="cancellation">Stops it.</param>
    public void Add(SupervisedSet set, int[]? order = null, Action<long>? progress = null, CancellationToken cancellation = default)
    {
        if (set.LabelCount > _actions) throw new ForageException($"Label {set.LabelCount - 1} was met; expected one below {_actions}, the number of actions.");
        for (int k = 0; k < set.Count; k++)
        {
            int i = order is null ? k : order[k];
            if (!(_supervised is null ? Decide(set, i) : Teach(set, i))) _wrong++;
            if (++_done >= _next) Note();
            if ((_done & Reported) != 0) continue;
            if (cancellation.IsCancellationRequested) return;
            progress?.Invoke(_done);
        }
    }

    /// <summary>Loss and curve so far.</summary>
    public BanditReplayResult Result()
    {
        if (_done > 0 && (_rounds.Count == 0 || _rounds[^1] < _done)) Note();
        return new BanditReplayResult(_done, _done == 0 ? double.NaN : (double)_wrong / _done, _rounds, _losses);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _supervised?.Dispose();
        _owned?.Dispose();
    }

    private bool Decide(SupervisedSet set, int i)
    {
        var context = new DecisionContext(set.Rows, i, false, _actions);
        var draw = _bandit!.Decide(context, ref _draws);
        bool right = set.Labels(i).Contains(draw.Action);
        bool told = _noise > 0 && _lies.NextDouble() < _noise ? !right : right;
        _bandit.Learn(context, draw.Action, draw.Probability, told ? 1 : 0);
        return right;
    }

    private bool Teach(SupervisedSet set, int i)
    {
        Array.Fill(_targets, -1);
        foreach (int label in set.Labels(i)) _targets[label] = 1;
        _supervised!.LearnAll(set.Rows[i], _targets, default, _scores);
        int best = 0;
        for (int a = 1; a < _actions; a++)
            if (_scores[a] > _scores[best]) best = a;
        return _targets[best] > 0;
    }

    private void Note()
    {
        _rounds.Add(_done);
        _losses.Add((double)_wrong / _done);
        while (_next <= _done) _next = Math.Max(_next * Spacing, _next + 1);
    }

    private static void CheckActions(int actions)
    {
        if (actions < 2) throw new ForageException($"The set has {actions} label(s); expected at least 2 to choose from.");
    }
}
