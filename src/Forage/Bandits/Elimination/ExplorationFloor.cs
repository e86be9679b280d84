namespace Forage.Bandits.Elimination;

/// <summary>Where the share κ of uniform play goes that an <see cref="ExplorationProgram"/> adds to a mixture of policies.</summary>
public enum ExplorationFloor
{
    /// <summary>Evenly over A(F, x), the actions some policy of the class plays in the context: P'(a|x) = (1-κ) P~(a|x) + κ/|A(F, x)| (paper 07).</summary>
    Represented,

    /// <summary>Evenly over all K actions: P'(a|x) = (1-κ) P~(a|x) + κ/K, with κ = Kμ (Dudík et al. 2011).</summary>
    AllActions,
}
