using Forage.Persistence;
using Forage.Search.Internals;

namespace Forage.Search;

/// <summary>Learnt policies that learn no more: weights only, averaged if asked for. Safe to be used from several threads, each with its own <see cref="Search"/>.</summary>
public sealed class SearchModel : IDisposable
{
    private const string Tag = "SRCH";
    private readonly bool _owns;

    internal SearchModel(SearchOptions options, PolicySet policies, bool owns) => (Options, Policies, _owns) = (options, policies, owns);

    /// <summary>Options it was learnt with.</summary>
    public SearchOptions Options { get; }

    /// <summary>Number of actions of every policy.</summary>
    public IReadOnlyList<int> Actions => Policies.Actions;

    /// <summary>Features with weights, over all policies.</summary>
    public long Features
    {
        get
        {
            long sum = 0;
            for (int c = 0; c < Policies.Count; c++)
                for (int p = 0; p < Actions.Count; p++) sum += Policies.Table(c, p).Features;
            return sum;
        }
    }

    /// <summary>Number of policies in the mixture: 1, or with <see cref="Interpolation.Policy"/> one a pass.</summary>
    public int Components => Policies.Count;

    internal PolicySet Policies { get; }

    /// <summary>Weight of a feature and action, of the first component.</summary>
    public float Weight(uint feature, int action, int policy = 0) => Policies.Table(0, policy).Weight(feature, action);

    /// <summary>True if another model has the same policies with the same weights, bit for bit, however it was learnt.</summary>
    public bool HasWeightsOf(SearchModel other)
    {
        return Weights(this).AsSpan().SequenceEqual(Weights(other));

        static byte[] Weights(SearchModel model)
        {
            using var stream = new MemoryStream();
            using var writer = new ModelWriter(stream);
            new SearchModel(new SearchOptions(), model.Policies, owns: false).Save(writer);
            writer.Finish();
            return stream.ToArray();
        }
    }

    /// <summary>Writes it.</summary>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk(Tag, OptionsFormat.Version);
        OptionsFormat.Write(writer, Options);
        writer.Write(Actions.ToArray());
        writer.Write(Policies.Count);
        for (int c = 0; c < Policies.Count; c++)
        {
            writer.Write(Policies.Weight(c));
            for (int p = 0; p < Actions.Count; p++) Policies.Table(c, p).Save(writer);
        }
        writer.EndChunk();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="ForageException">It is not such a model, or damaged.</exception>
    public static SearchModel Load(ModelReader reader)
    {
        reader.BeginChunk(Tag, OptionsFormat.Version, OptionsFormat.Version);
        var options = OptionsFormat.ReadSearch(reader);
        var set = new PolicySet(reader.ReadInt32s());
        int components = reader.ReadInt32();
        for (int c = 0; c < components; c++)
        {
            double weight = reader.ReadDouble();
            var tables = new ActionTable[set.Actions.Count];
            for (int p = 0; p < tables.Length; p++)
            {
                tables[p] = ActionTable.Load(reader);
                if (tables[p].Actions != set.Actions[p]) throw new ForageException($"The model has a policy of {tables[p].Actions} actions where {set.Actions[p]} were expected; it is damaged.");
            }
            set.Add(tables, weight);
        }
        reader.EndChunk();
        return set.Count > 0 && set.Actions.Count > 0 ? new SearchModel(options, set, owns: true) : throw new ForageException("The model has no policy; it is damaged.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_owns) return;
        for (int c = 0; c < Policies.Count; c++)
            for (int p = 0; p < Actions.Count; p++) Policies.Table(c, p).Dispose();
    }
}
