using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy;

/// <summary>
/// Inverse propensity scoring of translated rewards: the objective of Eq. 12 of Lopez, Dhillon, Jordan 2021, (1/n) Σ_i Σ_j w_ij (r_ij - λ_j), and the value it stands for,
/// V^ = Σ_j λ_j + objective. Single decisions: BanditNet's (Joachims, Swaminathan, de Rijke 2018).
/// </summary>
/// <remarks>
/// Unbiased for every λ if E[w_j] = 1, since λ_j is a control variate whose mean is known: λ_j = Cov(w_j r_j, w_j)/Var(w_j) varies least. Under truncated weights λ biases it by
/// Σ_j λ_j (1 - E[w_j]). <see cref="SnipsEstimator"/> is the λ at which the objective is 0, position by position: no translation changes it. Gaussian interval, with the
/// limits of that of <see cref="IpsEstimator"/>.
/// </remarks>
/// <param name="translations">λ_j, one a position; slates may be shorter.</param>
public sealed class TranslatedIpsEstimator(IReadOnlyList<double> translations) : IEstimator<TranslatedIpsEstimator>, IMergeable<TranslatedIpsEstimator>
{
    private readonly double[] _translations = Checked(translations);
    private Moments _products, _values, _weights;

    /// <summary>λ_j.</summary>
    public IReadOnlyList<double> Translations => _translations;

    /// <summary>(1/n) Σ_i Σ_j w_ij (r_ij - λ_j): what learning climbs.</summary>
    public double Objective => _products.Mean;

    /// <inheritdoc/>
    public void Add(scoped in Observation observation)
    {
        Check.Observation(observation);
        int l = observation.Weights.Length;
        if (l > _translations.Length) OffPolicyThrow.SlateTooLong(l, _translations.Length);
        double product = 0, translation = 0;
        for (int j = 0; j < l; j++)
        {
            double w = observation.Weights[j];
            product += w == 0 ? 0 : w * (observation.Rewards[j] - _translations[j]);
            translation += _translations[j];
        }
        if (!double.IsFinite(product)) OffPolicyThrow.BadWeight(observation.MeanWeight);
        _products.Add(product);
        _values.Add(product + translation);
        _weights.Add(observation.MeanWeight);
    }

    /// <inheritdoc/>
    public Estimate Result(double confidence = 0.95) =>
        Gaussian.Interval(_values.Mean, _values.StandardError, _values.Count, _weights.EffectiveSampleSize, confidence);

    /// <inheritdoc/>
    public void Merge(TranslatedIpsEstimator other)
    {
        if (!_translations.AsSpan().SequenceEqual(other._translations)) OffPolicyThrow.Mismatch("translations", Listed(_translations), Listed(other._translations));
        _products.Merge(other._products);
        _values.Merge(other._values);
        _weights.Merge(other._weights);
    }

    private static double[] Checked(IReadOnlyList<double> translations)
    {
        if (translations.Count == 0) throw new ForageException("There are 0 translations of rewards: expected one for every position of a slate.");
        foreach (double t in translations)
            if (!double.IsFinite(t)) OffPolicyThrow.BadOption("A translation of rewards", t, "a finite number");
        return [.. translations];
    }

    private static string Listed(double[] values) => string.Join(", ", values.Select(OffPolicyThrow.Text));
}
