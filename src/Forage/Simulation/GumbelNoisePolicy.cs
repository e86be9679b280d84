using System.Globalization;
using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Simulation;

/// <summary>
/// A policy made worse on purpose: p'(y|x) ∝ exp((ln p(y|x) + s G_xy)/T) with standard Gumbel noise G frozen per context and action. It is a policy like any other:
/// asked again about the same context it answers the same, and its log's propensities are exact.
/// </summary>
/// <remarks>
/// "Gumbel noise injected into the label probabilities", Lopez, Dhillon, Jordan 2021, Figure 2. s decides how far right labels slip down the ranking (how large a set
/// Φ_p has to be), T how widely the policy explores. G comes from a counter-based stream keyed by seed, content of the context's row (<see cref="RowKey"/>) and action.
/// </remarks>
public sealed class GumbelNoisePolicy : IPolicy
{
    private readonly Rng _noise;

    /// <summary>A noisy version of <paramref name="inner"/>.</summary>
    /// <param name="inner">p.</param>
    /// <param name="scale">s ≥ 0.</param>
    /// <param name="temperature">T &gt; 0.</param>
    /// <param name="seed">Seed of G.</param>
    public GumbelNoisePolicy(IPolicy inner, double scale, double temperature = 1, ulong seed = 1)
    {
        if (!(scale >= 0 && double.IsFinite(scale))) throw Wrong("scale", scale, "0 or a positive number");
        if (!(temperature > 0 && double.IsFinite(temperature))) throw Wrong("temperature", temperature, "a positive number");
        (Inner, Scale, Temperature) = (inner, scale, temperature);
        _noise = new Rng(seed).Fork(0x6B);
    }

    /// <summary>p.</summary>
    public IPolicy Inner { get; }

    /// <summary>s.</summary>
    public double Scale { get; }

    /// <summary>T.</summary>
    public double Temperature { get; }

    /// <inheritdoc/>
    public ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch)
    {
        var p = Inner.Distribution(context, scratch);
        var noisy = scratch.Doubles(p.Count);
        var noise = _noise.Fork(RowKey.Of(context.Shared));
        double best = double.NegativeInfinity, inverse = 1 / Temperature;
        for (int i = 0; i < noisy.Length; i++)
        {
            double q = p.Probabilities[i];
            if (q <= 0)
            {
                noisy[i] = double.NegativeInfinity;
                continue;
            }
            noisy[i] = (Math.Log(q) + (Scale > 0 ? Scale * noise.Fork((ulong)p.ActionAt(i)).NextGumbel() : 0)) * inverse;
            best = Math.Max(best, noisy[i]);
        }
        double sum = 0;
        for (int i = 0; i < noisy.Length; i++) sum += noisy[i] = Math.Exp(noisy[i] - best);
        for (int i = 0; i < noisy.Length; i++) noisy[i] /= sum;
        return new ActionDistribution(p.Actions, noisy);
    }

    private static ForageException Wrong(string what, double value, string expected) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The {what} of the Gumbel noise is {value}; expected {expected}."));
}
