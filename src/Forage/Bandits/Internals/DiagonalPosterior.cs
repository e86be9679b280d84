using Forage.OffPolicy;
using Forage.Persistence;

namespace Forage.Bandits.Internals;

/// <summary>
/// A Gaussian posterior whose covariance is kept diagonal: after each exact Bayesian update of θ and Σ its off-diagonal part is dropped
/// (assumed-density filtering). v_i ← v_i - (v_i x_i)²/(1 + s), θ_i ← θ_i + v_i x_i (y - xᵀθ)/(1 + s), s = Σ v x². Prior variance 1/λ.
/// </summary>
/// <remarks>With forgetting γ, a variance grows by 1/γ a round, up to 1/λ; it is brought up to date when its feature is met.</remarks>
internal sealed class DiagonalPosterior : LinearPosterior
{
    private const string Tag = "BNDG";

    private readonly RowGatherer _gatherer;
    private readonly int _actions, _slots;
    private readonly uint _mask;
    private readonly float _prior, _logForgetting;

    // Of feature f and slot k at f · slots + k; _known is 1/v - λ, so that zero memory is the prior.
    private readonly float[] _theta, _known;
    private readonly int[] _stamps;
    private int _time;

    public DiagonalPosterior(BanditRecipe recipe)
    {
        _gatherer = new RowGatherer(recipe.Learner);
        _actions = recipe.Actions;
        _slots = Math.Max(1, _actions);
        long size = (1L << recipe.Learner.Bits) * _slots;
        if (size > Array.MaxLength) throw new ForageException($"A diagonal of {size} entries cannot be had; expected fewer bits or actions.");
        _mask = (uint)((1L << recipe.Learner.Bits) - 1);
        _prior = (float)recipe.Ridge;
        _logForgetting = (float)Math.Log(recipe.Forgetting);
        (_theta, _known) = (new float[size], new float[size]);
        _stamps = _logForgetting < 0 ? new int[size] : [];
    }

    public override void Measure(scoped in DecisionContext context, Span<float> means, Span<float> variances)
    {
        means.Clear();
        variances.Clear();
        if (_actions > 0)
        {
            _gatherer.Gather(context.Shared);
            Sum(means, variances);
            return;
        }
        for (int a = 0; a < context.ActionCount; a++)
        {
            _gatherer.Gather(context.Action(a));
            Sum(means.Slice(a, 1), variances.Slice(a, 1));
        }
    }

    public override void Learn(scoped in DecisionContext context, int action, float y)
    {
        _gatherer.Gather(_actions > 0 ? context.Shared : context.Action(action));
        int slot = _actions > 0 ? action : 0;
        var indices = _gatherer.Indices;
        var values = _gatherer.Values;
        _time++;
        float mean = 0, s = 0;
        for (int i = 0; i < indices.Length; i++)
        {
            long at = At(indices[i], slot);
            mean += values[i] * _theta[at];
            s += values[i] * values[i] / (_prior + Known(at));
        }
        float step = (y - mean) / (1 + s);
        for (int i = 0; i < indices.Length; i++)
        {
            long at = At(indices[i], slot);
            float x = values[i], v = 1 / (_prior + Known(at));
            _theta[at] += v * x * step;
            _known[at] = 1 / (v - v * v * x * x / (1 + s)) - _prior;
            if (_stamps.Length > 0) _stamps[at] = _time;
        }
    }

    public override void Save(ModelWriter writer)
    {
        writer.BeginChunk(Tag, 1);
        writer.Write(_time);
        for (int i = 0; i < _theta.Length; i++)
        {
            if (_theta[i] == 0 && _known[i] == 0) continue;
            writer.Write(i);
            writer.Write(_theta[i]);
            writer.Write(_known[i]);
            writer.Write(_stamps.Length > 0 ? _stamps[i] : 0);
        }
        writer.Write(-1);
        writer.EndChunk();
    }

    public override void Load(ModelReader reader)
    {
        reader.BeginChunk(Tag, 1);
        _time = reader.ReadInt32();
        for (int i = reader.ReadInt32(); i >= 0; i = reader.ReadInt32())
        {
            if (i >= _theta.Length) throw new ForageException($"The model names entry {i} of a diagonal; expected one below {_theta.Length}.");
            _theta[i] = reader.ReadSingle();
            _known[i] = reader.ReadSingle();
            int stamp = reader.ReadInt32();
            if (_stamps.Length > 0) _stamps[i] = stamp;
        }
        reader.EndChunk();
    }

    private void Sum(Span<float> means, Span<float> variances)
    {
        var indices = _gatherer.Indices;
        var values = _gatherer.Values;
        for (int i = 0; i < indices.Length; i++)
        {
            float x = values[i], x2 = x * x;
            long at = At(indices[i], 0);
            for (int k = 0; k < means.Length; k++)
            {
                means[k] += x * _theta[at + k];
                variances[k] += x2 / (_prior + Known(at + k));
            }
        }
    }

    private long At(uint index, int slot) => (long)(index & _mask) * _slots + slot;

    /// <summary>1/v - λ as of now: v grows by 1/γ a round until it is 1/λ.</summary>
    private float Known(long at)
    {
        if (_stamps.Length == 0 || _known[at] == 0) return _known[at];
        return MathF.Max(0, (_prior + _known[at]) * MathF.Exp(_logForgetting * (_time - _stamps[at])) - _prior);
    }
}
