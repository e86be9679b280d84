using System.Globalization;

namespace Forage.Bandits.Internals;

/// <summary>Refuses rounds over finitely many contexts that cannot have been, one sentence each.</summary>
internal static class FiniteRound
{
    /// <summary>Refuses a context out of range.</summary>
    public static void Check(int context, int contexts)
    {
        if ((uint)context >= (uint)contexts) throw new ForageException($"Context {context} was met; expected 0 to {contexts - 1}.");
    }

    /// <summary>Refuses what was observed if any of it is out of range.</summary>
    public static void Check(int context, int contexts, int action, int actions, double probability, double reward)
    {
        Check(context, contexts);
        if ((uint)action >= (uint)actions) throw new ForageException($"Action {action} was played; expected 0 to {actions - 1}.");
        var c = CultureInfo.InvariantCulture;
        if (!(probability is > 0 and <= 1)) throw new ForageException(string.Create(c, $"Action {action} was played with probability {probability}; expected the one in (0, 1] it was drawn with."));
        if (!(reward is >= 0 and <= 1)) throw new ForageException(string.Create(c, $"A reward of {reward} was met; expected one in [0, 1]."));
    }
}
