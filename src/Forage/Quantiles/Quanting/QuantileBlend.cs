using Forage.Persistence;

namespace Forage.Quantiles.Quanting;

/// <summary>
/// Several models of quantiles mixed a level at a time, f_l(x) = Σ_m w_lm f_lm(x) + c_l. Weights are multiples of ¼ found by ensemble selection (Caruana et al. 2004) on predictions out of fold: begin with the model of least pinball loss, then three
/// times add the one, perhaps again, that makes the mean best. c_l is the q-quantile of what is left over out of fold, the constant of least pinball loss: a mixture of two calibrated predictions is not calibrated itself.
/// </summary>
public sealed class QuantileBlend : IQuantileModel
{
    /// <summary>Tag of the chunk it begins with in a model file.</summary>
    public const string Tag = "QBLD";

    private const int Draws = 4;

    private readonly IQuantileModel[] _models;
    private readonly double[] _weights; // levels × models
    private readonly double[] _constants; // levels

    private QuantileBlend(IQuantileModel[] models, double[] weights, double[] constants) => (_models, _weights, _constants) = (models, weights, constants);

    /// <inheritdoc/>
    public int Columns => _models[0].Columns;

    /// <inheritdoc/>
    public IReadOnlyList<double> Levels => _models[0].Levels;

    /// <inheritdoc/>
    public double Lowest => _models[0].Lowest;

    /// <inheritdoc/>
    public double Highest => _models[0].Highest;

    /// <summary>The models mixed.</summary>
    public IReadOnlyList<IQuantileModel> Models => _models;

    /// <summary>w of a model for a level.</summary>
    public double Weight(int level, int model) => _weights[level * _models.Length + model];

    /// <summary>c of a level.</summary>
    public double Constant(int level) => _constants[level];

    /// <summary>Learns each model and the weights. The result depends on the seed and not on the number of threads.</summary>
    /// <param name="set">The examples.</param>
    /// <param name="levels">Quantiles q, ascending, each in (0, 1).</param>
    /// <param name="learners">Learners of the classifiers of each model; a model that cannot be scored out of fold gets weight only if it is the first.</param>
    /// <param name="options">Thresholds and more.</param>
    /// <param name="threads">Number of threads.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ForageException">The data or an option are at fault.</exception>
    public static QuantileBlend Train(QuantileSet set, ReadOnlySpan<double> levels, IReadOnlyList<IOutOfFoldLearner> learners, QuantingOptions? options = null, int threads = 1, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        if (learners.Count == 0) throw new ForageException("There is nothing to mix; expected at least one learner.");
        set = set.Validated().Weighing(); // as each model sees it
        var models = new QuantingModel[learners.Count];
        for (int m = 0; m < models.Length; m++)
        {
            int done = m;
            models[m] = QuantingTrainer.Train(set, levels, learners[m], options, threads, progress is null ? null : share => progress((done + share) / models.Length), cancellation);
        }
        double[] weights = new double[levels.Length * models.Length], constants = new double[levels.Length];
        for (int l = 0; l < levels.Length; l++) constants[l] = Select(set, levels[l], l, levels.Length, models, weights.AsSpan(l * models.Length, models.Length));
        return new QuantileBlend(models, weights, constants);
    }

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<float> row, Span<double> quantiles) => PredictRows(row, 1, quantiles);

    /// <inheritdoc/>
    public void PredictRows(ReadOnlySpan<float> rows, int count, Span<double> quantiles)
    {
        int levels = Levels.Count;
        quantiles = quantiles[..(count * levels)];
        quantiles.Clear();
        double[] own = System.Buffers.ArrayPool<double>.Shared.Rent(count * levels);
        for (int m = 0; m < _models.Length; m++)
        {
            if (!Asked(m)) continue;
            _models[m].PredictRows(rows, count, own);
            for (int i = 0; i < quantiles.Length; i++) quantiles[i] += Weight(i % levels, m) * own[i];
        }
        System.Buffers.ArrayPool<double>.Shared.Return(own);
        for (int i = 0; i < count; i++)
        {
            var row = quantiles.Slice(i * levels, levels);
            for (int l = 0; l < levels; l++) row[l] = Math.Clamp(row[l] + _constants[l], Lowest, Highest);
            QuantileModels.Uncross(row);
        }
    }

    /// <inheritdoc/>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk(Tag, 1);
        writer.Write(_models.Length);
        writer.Write(_weights);
        writer.Write(_constants);
        writer.EndChunk();
        foreach (var model in _models) model.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="ForageException">It is damaged.</exception>
    public static QuantileBlend Load(ModelReader reader)
    {
        reader.BeginChunk(Tag, 1);
        int count = reader.ReadInt32();
        double[] weights = reader.ReadDoubles(), constants = reader.ReadDoubles();
        reader.EndChunk();
        if (count < 1 || weights.Length % count != 0 || count > weights.Length) throw new ForageException($"The model mixes {count} models by {weights.Length} weights.");
        var models = new IQuantileModel[count];
        for (int m = 0; m < count; m++) models[m] = QuantileModels.Load(reader);
        bool fit = Array.TrueForAll(models, m => m.Columns == models[0].Columns && m.Levels.SequenceEqual(models[0].Levels)) && weights.Length == count * models[0].Levels.Count && constants.Length == models[0].Levels.Count;
        return fit ? new QuantileBlend(models, weights, constants) : throw new ForageException("The model mixes models that do not fit together.");
    }

    private bool Asked(int model)
    {
        for (int l = 0; l < Levels.Count; l++)
            if (Weight(l, model) != 0) return true;
        return false;
    }

    // Finds the weights and returns the constant.
    private static double Select(QuantileSet set, double q, int level, int levels, QuantingModel[] models, Span<double> weights)
    {
        double[] sum = new double[set.Count];
        for (int draw = 1; draw <= Draws; draw++)
        {
            int best = -1;
            double least = double.PositiveInfinity;
            for (int m = 0; m < models.Length; m++)
            {
                if (models[m].OutOfFold is not { } own) continue;
                double loss = 0;
                for (int i = 0; i < sum.Length; i++) loss += set.WeightOf(i) * PinballLoss.Of(set.Targets[i], (sum[i] + own[i * levels + level]) / draw, q);
                if (loss < least) (best, least) = (m, loss);
            }
            if (best < 0)
            {
                weights[0] = 1; // nothing is known out of fold, as of a constant target
                return 0;
            }
            weights[best] += 1.0 / Draws;
            for (int i = 0; i < sum.Length; i++) sum[i] += models[best].OutOfFold![i * levels + level];
        }
        return Quantile(set, [.. sum.Select((s, i) => set.Targets[i] - s / Draws)], q);
    }

    // 0 if it is a quantile of the values, else the smallest value with a share q of the weight up to it.
    private static double Quantile(QuantileSet set, double[] values, double q)
    {
        double all = 0, below = 0, notAbove = 0, sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double w = set.WeightOf(i);
            all += w;
            if (values[i] < 0) below += w;
            if (values[i] <= 0) notAbove += w;
        }
        if (below <= q * all && q * all <= notAbove) return 0;
        int[] order = [.. Enumerable.Range(0, values.Length)];
        Array.Sort((double[])values.Clone(), order);
        foreach (int i in order)
            if ((sum += set.WeightOf(i)) >= q * all) return values[i];
        return values[order[^1]];
    }
}
