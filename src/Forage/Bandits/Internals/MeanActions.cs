using Forage.Persistence;

namespace Forage.Bandits.Internals;

/// <summary>
/// Rounds over eligible actions, so that importance 1/p times it is 1 on average under uniform exploration whatever the number of actions.
/// </summary>
internal struct MeanActions
{
    private double _rounds, _actions;

    /// <summary>Counts a round of <paramref name="actions"/> actions and returns rounds over actions.</summary>
    public double Add(int actions)
    {
        _rounds++;
        _actions += actions;
        return _rounds / _actions;
    }

    public readonly void Save(ModelWriter writer)
    {
        writer.Write(_rounds);
        writer.Write(_actions);
    }

    public void Load(ModelReader reader)
    {
        _rounds = reader.ReadDouble();
        _actions = reader.ReadDouble();
    }
}
