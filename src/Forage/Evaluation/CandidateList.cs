using System.Globalization;

namespace Forage.Evaluation;

/// <summary>
/// The candidates tried on a log unless others are asked for: every method in one or two settings that have done well. "Warm" ones start from the
/// logging policy's scores; "top 20" keeps to the logging policy's 20 most probable actions.
/// </summary>
public static class CandidateList
{
    // From here on nothing is known about most actions in most contexts, and starting cautiously matters.
    private const int ManyActions = 50;

    /// <summary>Candidates for a log.</summary>
    /// <param name="actions">Largest number of actions of a decision.</param>
    /// <param name="slateLength">Positions of a slate.</param>
    /// <param name="hasLoggingPolicy">The logging policy can be asked for its probabilities, also when the candidate is in use.</param>
    /// <param name="hasPropensities">Propensities are there.</param>
    /// <param name="hasActionFeatures">Actions are described by features of their own.</param>
    /// <param name="hasVectors">Decisions have dense vectors beside their features.</param>
    public static IReadOnlyList<CandidateRecipe> For(int actions, int slateLength, bool hasLoggingPolicy, bool hasPropensities, bool hasActionFeatures, bool hasVectors = false)
    {
        bool many = actions >= ManyActions;
        int looked = many ? Math.Max(50, 10 * slateLength) : 0;
        var list = new List<CandidateRecipe>();
        foreach (bool prior in hasLoggingPolicy ? new[] { true, false } : [false])
        {
            string suffix = prior ? ", warm" : "";
            float caution = many && !prior ? -1.5f : 0;
            list.Add(new() { Name = "direct method" + suffix, Method = LearningMethod.DirectMethod, UsePrior = prior, Caution = caution });
            list.Add(new() { Name = "direct method, fast" + suffix, Method = LearningMethod.DirectMethod, UsePrior = prior, Caution = caution, LearningRate = 0.4f, Passes = 4 });
            if (!hasPropensities) continue;
            list.Add(new() { Name = "multi-task" + suffix, Method = LearningMethod.MultiTask, UsePrior = prior, Caution = caution });
            list.Add(new() { Name = "doubly robust" + suffix, Method = LearningMethod.DoublyRobust, UsePrior = prior, Caution = caution, LearningRate = 0.1f, WeightCap = many ? 5 : 20, Candidates = looked });
            if (many && !prior) continue; // a softmax over many actions from nothing costs much and gains little
            list.Add(new() { Name = "inverse propensity" + suffix, Method = LearningMethod.InversePropensity, UsePrior = prior, Candidates = looked, Passes = 3 });
            list.Add(new() { Name = "self-normalised" + suffix, Method = LearningMethod.SelfNormalized, UsePrior = prior, Candidates = looked, Passes = 3, Translation = prior ? null : 0 }); // from nothing, any λ > 0 drives away from the data first
        }
        if (hasVectors && !hasActionFeatures) list.AddRange(Vectors(many ? looked : 0, hasLoggingPolicy, hasPropensities, list[0]));
        if (!hasLoggingPolicy) return list;
        if (many)
        {
            int top = Math.Max(20, 4 * slateLength);
            list.Add(new()
            {
                Name = string.Create(CultureInfo.InvariantCulture, $"direct method, top {top}"),
                Method = LearningMethod.DirectMethod,
                Caution = -1.5f,
                Top = top,
            });
        }
        if (many && hasPropensities && !hasActionFeatures) list.AddRange(Embeddings(slateLength, Warm(LearningMethod.DirectMethod), Warm(LearningMethod.MultiTask), Warm(LearningMethod.InversePropensity)));
        list.Add(new() { Name = "direct method, warm, softmax", Method = LearningMethod.DirectMethod, UsePrior = true, Temperature = 0.3 });
        return list;

        CandidateRecipe Warm(LearningMethod method) => list.Find(r => r.UsePrior && r.Method == method)!;
    }

    /// <summary>Settings of POXM to search on a log: p from few to many, the translations of the paper, 0.3 and none. Null where it does not apply.</summary>
    /// <param name="actions">Largest number of actions of a decision.</param>
    /// <param name="slateLength">Positions of a slate.</param>
    /// <param name="hasLoggingPolicy">The logging policy can be asked for its probabilities.</param>
    /// <param name="hasPropensities">Propensities are there.</param>
    /// <param name="hasActionFeatures">Actions are described by features of their own.</param>
    public static SettingSearch? Search(int actions, int slateLength, bool hasLoggingPolicy, bool hasPropensities, bool hasActionFeatures)
    {
        if (actions < ManyActions || !hasLoggingPolicy || !hasPropensities || hasActionFeatures) return null;
        int[] tops = [.. s_tops.Where(p => p >= slateLength && p < actions)];
        return tops.Length == 0 ? null : new SettingSearch(Embedded with { Name = "POXM", Method = LearningMethod.SelfNormalized, Translation = 0.7, Temperature = 1 }, tops, [0, 0.3, 0.7, 0.8, 0.9, 1]);
    }

    private static readonly int[] s_tops = [10, 20, 50, 100];

    private static CandidateRecipe Embedded { get; } =
        new() { Name = "", Method = LearningMethod.DirectMethod, Model = CandidateModel.Embedding, UsePrior = true, LearningRate = 0.001f, Passes = 8, WeightCap = float.PositiveInfinity };

    // Over vectors of an encoder brought along, alone and together with what the features say.
    private static IEnumerable<CandidateRecipe> Vectors(int top, bool hasLoggingPolicy, bool hasPropensities, CandidateRecipe linear)
    {
        var direct = Embedded with { Name = "direct method, vectors", Model = CandidateModel.Vectors, UsePrior = hasLoggingPolicy, LearningRate = 0.002f, Passes = 10, Top = hasLoggingPolicy ? top : 0 };
        yield return direct;
        if (hasLoggingPolicy && hasPropensities && top > 0)
            yield return direct with { Name = "inverse propensity, vectors", Method = LearningMethod.InversePropensity, Passes = 8, WeightCap = 20 };
        yield return direct with { Name = "mean of vectors and features", Members = [linear, direct] };
    }

    // Over Φ(x), the logging policy's most probable actions; all start from its scores. Means of learners with different objectives err less than each of them.
    private static IEnumerable<CandidateRecipe> Embeddings(int slateLength, CandidateRecipe linear, CandidateRecipe weighted, CandidateRecipe softmax)
    {
        int near = Math.Max(10, 2 * slateLength), far = Math.Max(50, 10 * slateLength);
        CandidateRecipe direct = Embedded with { Name = "direct method, embeddings", LearningRate = 0.002f, Dimension = 256, Top = far },
            robust = Embedded with { Name = "doubly robust, embeddings", Method = LearningMethod.DoublyRobust, Top = 2 * near, WeightCap = 5 },
            likelihood = Embedded with { Name = "inverse propensity, embeddings", Method = LearningMethod.InversePropensity, Top = far, WeightCap = 20 },
            stages = Embedded with { Name = "two stages, embeddings", Method = LearningMethod.TwoStages, Passes = 4, Top = far, WeightCap = 10 },
            smoothed = Embedded with { Name = "smoothed, embeddings", Method = LearningMethod.Smoothed, Top = 2 * near },
            topK = Embedded with { Name = "POXM, top-K correction", Method = LearningMethod.SelfNormalized, Top = 2 * near, Translation = 0, TopK = slateLength };
        var mean = Embedded with { Top = far };
        return
        [
            direct, robust, likelihood, stages, smoothed, topK,
            mean with { Name = "mean of linear and embeddings", Members = [linear, direct] },
            mean with { Name = "mean of two linear and two embeddings", Members = [linear, linear with { Draw = 1 }, direct, direct with { Draw = 1 }] },
            mean with { Name = "mean of linear methods", Members = [linear, weighted, softmax] },
            mean with { Name = "mean of five methods", Members = [linear, weighted, softmax, direct, likelihood] },
        ];
    }
}
