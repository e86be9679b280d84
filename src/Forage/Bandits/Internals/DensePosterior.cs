using System.Numerics.Tensors;
using Forage.OffPolicy;
using Forage.Persistence;

namespace Forage.Bandits.Internals;

/// <summary>
/// A Gaussian posterior with its whole covariance P = (λ I + Σ x xᵀ)⁻¹, an action (or one shared by all actions that have features). Rounds are taken in
/// by rank-one updates P ← P - u uᵀ, u = P x/sqrt(1 + xᵀ P x) (Sherman, Morrison 1950), a minibatch at a time so that the matrix is walked once for the
/// products and once for the subtraction. Of the symmetric matrix the lower half is kept.
/// </summary>
/// <remarks>With forgetting γ, P grows by 1/γ a round as long as no variance exceeds that of the prior, 1/λ.</remarks>
internal sealed class DensePosterior : LinearPosterior
{
    private const string Tag = "BNDN";

    private readonly DenseRow _rows;
    private readonly Model[] _models;
    private readonly int _actions, _size;
    private readonly double _ridge;
    private readonly double[] _x;

    public DensePosterior(BanditRecipe recipe)
    {
        (_actions, _size, _ridge) = (recipe.Actions, recipe.Dimensions, recipe.Ridge);
        _rows = new DenseRow(recipe.Learner, _size, recipe.Project, recipe.Seed);
        _x = new double[_size];
        _models = new Model[Math.Max(1, _actions)];
        for (int k = 0; k < _models.Length; k++) _models[k] = new Model(_size, recipe.Ridge, recipe.Minibatch, recipe.Forgetting);
    }

    public override void Measure(scoped in DecisionContext context, Span<float> means, Span<float> variances)
    {
        double unknown = 0;
        for (int a = 0; a < means.Length; a++)
        {
            if (_actions == 0 || a == 0)
            {
                _rows.Write(_actions > 0 ? context.Shared : context.Action(a), _x, learn: false);
                unknown = _rows.Unknown() / _ridge;
            }
            var model = _models[_actions > 0 ? a : 0];
            means[a] = (float)TensorPrimitives.Dot<double>(model.Theta, _x);
            variances[a] = (float)(model.Variance(_x) + unknown);
        }
    }

    public override void Learn(scoped in DecisionContext context, int action, float y)
    {
        _rows.Write(_actions > 0 ? context.Shared : context.Action(action), _x, learn: true);
        _models[_actions > 0 ? action : 0].Add(_x, y);
    }

    public override void Save(ModelWriter writer)
    {
        writer.BeginChunk(Tag, 1);
        _rows.Save(writer);
        foreach (var model in _models) model.Save(writer);
        writer.EndChunk();
    }

    public override void Load(ModelReader reader)
    {
        reader.BeginChunk(Tag, 1);
        _rows.Load(reader);
        foreach (var model in _models) model.Load(reader);
        reader.EndChunk();
    }

    /// <summary>P, b and θ = P b of one action, with the rounds that wait.</summary>
    private sealed class Model
    {
        private readonly int _d, _batch;
        private readonly double _prior, _growth;
        private readonly double[] _p, _b, _waiting, _product;
        private readonly double[] _rewards;
        private int _count;

        public Model(int d, double ridge, int batch, double forgetting)
        {
            (_d, _batch, _prior, _growth) = (d, batch, 1 / ridge, 1 / forgetting);
            _p = new double[(long)d * (d + 1) / 2];
            for (int i = 0; i < d; i++) _p[Start(i) + i] = _prior;
            (_b, Theta, _product) = (new double[d], new double[d], new double[d]);
            (_waiting, _rewards) = (new double[(long)batch * d], new double[batch]);
        }

        public double[] Theta { get; }

        private static int Start(int row) => (int)((long)row * (row + 1) / 2);

        private Span<double> Row(int i) => _p.AsSpan(Start(i), i + 1);

        /// <summary>xᵀ P x.</summary>
        public double Variance(ReadOnlySpan<double> x)
        {
            double sum = 0;
            for (int i = 0; i < _d; i++)
            {
                if (x[i] == 0) continue;
                var row = Row(i);
                sum += x[i] * (2 * TensorPrimitives.Dot(row[..i], x[..i]) + row[i] * x[i]);
            }
            return Math.Max(sum, 0);
        }

        public void Add(ReadOnlySpan<double> x, double y)
        {
            x.CopyTo(_waiting.AsSpan(_count * _d, _d));
            _rewards[_count++] = y;
            if (_count == _batch) Settle();
        }

        private void Settle()
        {
            for (int k = 0; k < _count; k++) TensorPrimitives.MultiplyAdd(_waiting.AsSpan(k * _d, _d), _rewards[k], _b, _b);
            Grow();
            for (int k = 0; k < _count; k++)
            {
                var x = _waiting.AsSpan(k * _d, _d);
                Multiply(x, _product);
                for (int j = 0; j < k; j++)
                {
                    var u = _waiting.AsSpan(j * _d, _d); // already turned into u
                    TensorPrimitives.MultiplyAdd(u, -TensorPrimitives.Dot<double>(u, x), _product, _product);
                }
                double scale = 1 / Math.Sqrt(1 + TensorPrimitives.Dot<double>(x, _product));
                TensorPrimitives.Multiply(_product, scale, x);
            }
            for (int i = 0; i < _d; i++)
            {
                var row = Row(i);
                for (int k = 0; k < _count; k++)
                {
                    var u = _waiting.AsSpan(k * _d, _d);
                    if (u[i] != 0) TensorPrimitives.MultiplyAdd(u[..(i + 1)], -u[i], row, row);
                }
            }
            _count = 0;
            Multiply(_b, Theta);
        }

        /// <summary>y = P x from the lower half: row i gives y_i its dot product and the y_j before it their mirror images.</summary>
        private void Multiply(ReadOnlySpan<double> x, Span<double> y)
        {
            y.Clear();
            for (int i = 0; i < _d; i++)
            {
                var row = Row(i);
                if (x[i] != 0) TensorPrimitives.MultiplyAdd(row[..i], x[i], y[..i], y[..i]);
                y[i] += TensorPrimitives.Dot(row, x[..(i + 1)]);
            }
        }

        private void Grow()
        {
            if (_growth == 1) return;
            double growth = Math.Pow(_growth, _count), largest = 0;
            TensorPrimitives.Multiply(_b, 1 / growth, _b);
            for (int i = 0; i < _d; i++) largest = Math.Max(largest, Row(i)[i]);
            growth = Math.Min(growth, _prior / largest);
            if (growth > 1) TensorPrimitives.Multiply(_p, growth, _p);
        }

        public void Save(ModelWriter writer)
        {
            writer.Write(_p);
            writer.Write(_b);
            writer.Write(Theta);
            writer.Write(_waiting.AsSpan(0, _count * _d));
            writer.Write(_rewards.AsSpan(0, _count));
        }

        public void Load(ModelReader reader)
        {
            reader.ReadDoubles().CopyTo(_p, 0);
            reader.ReadDoubles().CopyTo(_b, 0);
            reader.ReadDoubles().CopyTo(Theta, 0);
            reader.ReadDoubles().CopyTo(_waiting, 0);
            double[] rewards = reader.ReadDoubles();
            rewards.CopyTo(_rewards, 0);
            _count = rewards.Length;
        }
    }
}
