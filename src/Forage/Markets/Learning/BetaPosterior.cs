using Forage.Markets.Internals;
using MathNet.Numerics;

namespace Forage.Markets.Learning;

/// <summary>What a market of full-Kelly traders with uniform beliefs and equal wealth computes (paper 05, §8.1): the posterior Beta(s + 1, f + 1) of a frequency after s successes and f failures.</summary>
/// <param name="Successes">s.</param>
/// <param name="Failures">f.</param>
public readonly record struct BetaPosterior(long Successes, long Failures)
{
    /// <summary>The mean (s + 1)/(s + f + 2), Laplace's rule of succession: the price of the limit of many traders.</summary>
    public double Mean => (Successes + 1.0) / (Successes + Failures + 2.0);

    /// <summary>The density at p, whose n-th part is the wealth of a trader of belief p among n.</summary>
    public double Density(double p)
    {
        Beliefs.Check("The belief", p);
        return Math.Exp(Term(Successes, p) + Term(Failures, 1 - p) - SpecialFunctions.BetaLn(Successes + 1.0, Failures + 1.0));
    }

    private static double Term(long n, double p) => n == 0 ? 0 : n * Math.Log(p);
}
