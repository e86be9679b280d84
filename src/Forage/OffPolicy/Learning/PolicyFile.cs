using Forage.Extreme.Embedding;
using Forage.Linear;
using Forage.OffPolicy.Internals;
using Forage.OffPolicy.Learning.Slates;
using Forage.OffPolicy.Selective;
using Forage.Persistence;

namespace Forage.OffPolicy.Learning;

/// <summary>
/// Policies in model files: each a part 'PLCY' that says its kind and recipe, followed by the parts it is made of (a scorer 'SCOR' with its
/// weights 'LINR', a prior, a policy it restricts or sharpens).
/// </summary>
public static class PolicyFile
{
    /// <summary>Tag of a policy's first part.</summary>
    public const string Tag = "PLCY";

    private const string ScorerTag = "SCOR";

    /// <summary>Writes a policy.</summary>
    /// <exception cref="ForageException">It is of a kind that lives elsewhere (a column of a file, a service).</exception>
    public static void Save(ModelWriter writer, IPolicy policy)
    {
        if (policy is RecordedPolicy recorded) // a saved policy meets no log: what was recorded there it computes
        {
            Save(writer, recorded.Inner);
            return;
        }
        writer.BeginChunk(Tag, 1);
        switch (policy)
        {
            case GreedyPolicy greedy:
                End(writer, "greedy");
                Save(writer, greedy.Inner);
                break;
            case UniformPolicy:
                End(writer, "uniform");
                break;
            case RestrictedPolicy { Selector: TopActions top } restricted:
                writer.Write("restricted");
                writer.Write(top.Count);
                writer.EndChunk();
                Save(writer, restricted.Inner);
                Save(writer, top.Policy);
                break;
            case MixturePolicy mixture:
                writer.Write("mixture");
                writer.Write(mixture.Share);
                writer.EndChunk();
                Save(writer, mixture.First);
                Save(writer, mixture.Second);
                break;
            case ScorePolicy score:
                writer.Write("score");
                writer.Write(score.Options.Link.ToString());
                writer.Write(score.Options.Temperature);
                writer.Write(score.Options.Uniform);
                writer.Write(score.Options.Top);
                writer.EndChunk();
                Save(writer, score.Scorer);
                break;
            case SelectivePolicy { Scorer: TwoStageScorer stages } selective:
                writer.Write("two stages");
                writer.Write(selective.Top);
                writer.Write(selective.Temperature);
                writer.Write(stages.Temperature);
                writer.Write(stages.Second.PriorWeight);
                writer.Write(stages.Second.Start);
                writer.Write(stages.Clusters.ClusterOf);
                writer.Write(selective.Prior is not null);
                writer.EndChunk();
                stages.First.Save(writer);
                stages.Second.Model.Save(writer);
                if (selective.Prior is not null) Save(writer, selective.Prior);
                break;
            case SelectivePolicy selective:
                SelectiveFile.Save(writer, selective);
                break;
            case IndexedPolicy indexed:
                writer.Write("indexed");
                writer.Write(indexed.Temperature);
                writer.EndChunk();
                indexed.Index.Model.Save(writer);
                indexed.Index.Save(writer);
                break;
            default:
                throw new ForageException($"A policy of kind {policy.GetType().Name} cannot be kept in a model file.");
        }
    }

    /// <summary>Reads a policy.</summary>
    public static IPolicy Load(ModelReader reader)
    {
        reader.BeginChunk(Tag, 1);
        string kind = reader.ReadString();
        switch (kind)
        {
            case "greedy":
                reader.EndChunk();
                return new GreedyPolicy(Load(reader));
            case "uniform":
                reader.EndChunk();
                return new UniformPolicy();
            case "restricted":
                int count = reader.ReadInt32();
                reader.EndChunk();
                return new RestrictedPolicy(Load(reader), Load(reader), count);
            case "mixture":
                double share = reader.ReadDouble();
                reader.EndChunk();
                return new MixturePolicy(Load(reader), Load(reader), share);
            case "score":
                var options = new ScorePolicyOptions { Link = Name<ScoreLink>(reader), Temperature = reader.ReadDouble(), Uniform = reader.ReadDouble(), Top = reader.ReadInt32() };
                reader.EndChunk();
                return new ScorePolicy(LoadScorer(reader), options);
            case "indexed":
                double sharpness = reader.ReadDouble();
                reader.EndChunk();
                return new IndexedPolicy(LabelVectorIndex.Load(reader, EmbeddingSoftmax.Load(reader)), sharpness);
            case "two stages":
                int within = reader.ReadInt32();
                double heat = reader.ReadDouble();
                float secondHeat = reader.ReadSingle(), weight = reader.ReadSingle(), start = reader.ReadSingle();
                var clusters = new ActionClusters(reader.ReadInt32s());
                bool beside = reader.ReadBoolean();
                reader.EndChunk();
                var first = EmbeddingSoftmax.Load(reader);
                var stages = new TwoStageScorer(first, clusters, new EmbeddingScorer(EmbeddingSoftmax.Load(reader), weight, start), secondHeat);
                return new SelectivePolicy(stages, beside ? Load(reader) : null, within, heat);
            case SelectiveFile.Kind or SelectiveFile.MixedKind:
                return SelectiveFile.Load(reader, kind == SelectiveFile.MixedKind);
            default:
                throw new ForageException($"The model holds a policy of kind '{kind}', which this program does not know.");
        }
    }

    private static void Save(ModelWriter writer, IActionScorer scorer)
    {
        writer.BeginChunk(ScorerTag, 1);
        switch (scorer)
        {
            case ActionModel model:
                writer.Write("model");
                writer.Write(model.Start);
                writer.Write(model.PriorWeight);
                writer.Write(model.PriorRate);
                writer.Write(model.Prior is not null);
                writer.EndChunk();
                if (model.Regressor is not LinearLearner learner) throw new ForageException($"A regressor of kind {model.Regressor.GetType().Name} cannot be kept in a model file.");
                learner.Save(writer);
                if (model.Prior is not null) Save(writer, model.Prior);
                break;
            case DoublyRobustScorer robust:
                writer.Write("doubly robust");
                writer.Write(robust.Loss.ToString());
                writer.EndChunk();
                Save(writer, robust.Model);
                Save(writer, robust.Correction);
                break;
            default:
                throw new ForageException($"Scores of kind {scorer.GetType().Name} cannot be kept in a model file.");
        }
    }

    private static IActionScorer LoadScorer(ModelReader reader)
    {
        reader.BeginChunk(ScorerTag, 1);
        string kind = reader.ReadString();
        switch (kind)
        {
            case "model":
                float start = reader.ReadSingle(), weight = reader.ReadSingle(), rate = reader.ReadSingle();
                bool hasPrior = reader.ReadBoolean();
                reader.EndChunk();
                var learner = LinearLearner.Load(reader);
                return new ActionModel(learner, hasPrior ? Load(reader) : null, weight, rate, start);
            case "doubly robust":
                var loss = Name<RewardLoss>(reader);
                reader.EndChunk();
                return new DoublyRobustScorer(LoadModel(reader), LoadModel(reader), loss);
            default:
                throw new ForageException($"The model holds scores of kind '{kind}', which this program does not know.");
        }
    }

    private static ActionModel LoadModel(ModelReader reader) =>
        LoadScorer(reader) as ActionModel ?? throw new ForageException("The model holds a doubly robust policy that is not made of two models.");

    private static T Name<T>(ModelReader reader) where T : struct, Enum
    {
        string name = reader.ReadString();
        return Enum.TryParse(name, out T value) ? value : throw new ForageException($"The model holds '{name}' where one of {string.Join(", ", Enum.GetNames<T>())} was expected.");
    }

    private static void End(ModelWriter writer, string kind)
    {
        writer.Write(kind);
        writer.EndChunk();
    }
}
