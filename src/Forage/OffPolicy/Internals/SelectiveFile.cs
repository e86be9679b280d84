using Forage.Extreme.Embedding;
using Forage.Linear;
using Forage.OffPolicy.Learning;
using Forage.OffPolicy.Learning.Slates;
using Forage.Persistence;

namespace Forage.OffPolicy.Internals;

/// <summary>Policies over the most probable actions of another in model files: their recipe, in the part that was begun, then each scorer's model, then the policy that selects.</summary>
internal static class SelectiveFile
{
    public const string Kind = "selective", MixedKind = "selective mixed";

    private const string Embedding = "embedding", Vectors = "vectors", Linear = "linear";

    public static void Save(ModelWriter writer, SelectivePolicy policy)
    {
        IReadOnlyList<ISelectiveScorer> members = policy.Scorer is ScorerMean mean ? mean.Members : [policy.Scorer];
        bool mixed = members.Any(m => m is not EmbeddingScorer { OverVectors: false });
        writer.Write(mixed ? MixedKind : Kind);
        writer.Write(policy.Top);
        writer.Write(policy.Temperature);
        writer.Write(policy.Scorer is ScorerMean whole ? whole.PriorWeight : 0);
        writer.Write(members.Count);
        foreach (var member in members)
        {
            var (kind, prior, start) = member switch
            {
                EmbeddingScorer e => (e.OverVectors ? Vectors : Embedding, e.PriorWeight, e.Start),
                LinearScorer { Regressor: LinearLearner } l => (Linear, l.PriorWeight, l.Start),
                _ => throw new ForageException($"Scores of kind {member.GetType().Name} cannot be kept in a model file."),
            };
            if (mixed) writer.Write(kind);
            writer.Write(prior);
            writer.Write(start);
        }
        writer.Write(policy.Prior is not null);
        writer.EndChunk();
        foreach (var member in members)
        {
            if (member is EmbeddingScorer embedding) embedding.Model.Save(writer);
            else ((LinearLearner)((LinearScorer)member).Regressor).Save(writer);
        }
        if (policy.Prior is not null) PolicyFile.Save(writer, policy.Prior);
    }

    public static SelectivePolicy Load(ModelReader reader, bool mixed)
    {
        int top = reader.ReadInt32();
        double temperature = reader.ReadDouble();
        float priorWeight = reader.ReadSingle();
        int size = reader.ReadInt32();
        if (size is < 1 or > 1000) throw new ForageException($"The model's policy is a mean of {size} scores; expected 1 to 1000.");
        var parts = new (string Kind, float Prior, float Start)[size];
        for (int m = 0; m < size; m++) parts[m] = (mixed ? reader.ReadString() : Embedding, reader.ReadSingle(), reader.ReadSingle());
        bool hasPrior = reader.ReadBoolean();
        reader.EndChunk();
        ISelectiveScorer[] members = [.. parts.Select(p => Member(reader, p.Kind, p.Prior, p.Start))];
        ISelectiveScorer scorer = size == 1 && priorWeight == 0 ? members[0] : new ScorerMean(members, priorWeight);
        return new SelectivePolicy(scorer, hasPrior ? PolicyFile.Load(reader) : null, top, temperature);
    }

    private static ISelectiveScorer Member(ModelReader reader, string kind, float prior, float start) => kind switch
    {
        Embedding => new EmbeddingScorer(EmbeddingSoftmax.Load(reader), prior, start),
        Vectors => new EmbeddingScorer(EmbeddingSoftmax.Load(reader), prior, start) { OverVectors = true },
        Linear => new LinearScorer(LinearLearner.Load(reader), prior, start),
        _ => throw new ForageException($"The model holds scores of kind '{kind}', which this program does not know."),
    };
}
