namespace Forage.Oracles;

/// <summary>
/// An arg-max oracle (AMO; Agarwal, Hsu, Kale, Langford, Li, Schapire 2014, Definition 1): given contexts with a vector of rewards each, the policy of a class Π
/// that earns most on them. The only way algorithms for large classes look at Π.
/// </summary>
/// <remarks>
/// Contexts are numbered from 0: a finite set whose members come again and again, or a list that an oracle's own method lengthens as contexts come.
/// A context that came n times has one row of rewards, their sum. Implementations are for one thread at a time.
/// </remarks>
public interface IArgMaxOracle
{
    /// <summary>Number of actions K.</summary>
    int Actions { get; }

    /// <summary>Number of contexts known, numbered from 0; may grow, never shrinks.</summary>
    int Contexts { get; }

    /// <summary>True if <see cref="Best"/> finds a maximum over the whole class; false if it only looks for one, which voids certificates that rest on it.</summary>
    bool IsExact { get; }

    /// <summary>ln |Π|, or a bound on it: the statistical price of the class.</summary>
    double LogPolicies { get; }

    /// <summary>arg max over π ∈ Π of Σ_x rewards[x · K + π(x)].</summary>
    /// <param name="rewards"><see cref="Contexts"/> × K sums of rewards, a context's row after the other; at least 0, finite.</param>
    /// <returns>The policy: one object for one policy, so that weights of policies found again add up.</returns>
    IContextPolicy Best(ReadOnlySpan<double> rewards);
}
