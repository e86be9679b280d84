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

    /// <summary>Saves itself as a chunk of its own, and the table after it.</summary>
    public readonly void Save(ModelWriter writer, string tag, ScoreTable table)
    {
        writer.BeginChunk(tag, 1);
        Save(writer);
        writer.EndChunk();
        table.Save(writer);
    }

    public void Load(ModelReader reader)
    {
        _rounds = reader.ReadDouble();
        _actions = reader.ReadDouble();
    }

    /// <summary>Loads what <see cref="Save(ModelWriter, string, ScoreTable)"/> wrote.</summary>
    public void Load(ModelReader reader, string tag, ScoreTable table)
    {
        reader.BeginChunk(tag, 1);
        Load(reader);
        reader.EndChunk();
        table.Load(reader);
    }
}
