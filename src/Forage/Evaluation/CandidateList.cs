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
    public static IReadOnlyList<CandidateRecipe> For(int actions, int slateLength, bool hasLoggingPolicy, bool hasPropensities, bool hasActionFeatures)
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
        if (many && hasPropensities && !hasActionFeatures) list.AddRange(Embeddings(slateLength));
        list.Add(new() { Name = "direct method, warm, softmax", Method = LearningMethod.DirectMethod, UsePrior = true, Temperature = 0.3 });
        return list;
    }

    // Over Φ(x), the logging policy's most probable actions; all start from its scores. POXM as in the paper is a softmax; its best actions always are a candidate too.
    private static IEnumerable<CandidateRecipe> Embeddings(int slateLength)
    {
        int near = Math.Max(10, 2 * slateLength), far = Math.Max(50, 10 * slateLength);
        var learnt = new CandidateRecipe { Name = "", Method = LearningMethod.SelfNormalized, Model = CandidateModel.Embedding, UsePrior = true, LearningRate = 0.001f, Passes = 8, WeightCap = float.PositiveInfinity };
        return
        [
            learnt with { Name = "direct method, embeddings", Method = LearningMethod.DirectMethod, Passes = 10, Top = far },
            learnt with { Name = "doubly robust, embeddings", Method = LearningMethod.DoublyRobust, Top = 2 * near, WeightCap = 5 },
            learnt with { Name = "inverse propensity, embeddings", Method = LearningMethod.InversePropensity, Top = far, WeightCap = 20 },
            learnt with { Name = "two stages, embeddings", Method = LearningMethod.TwoStages, Passes = 4, Top = far, WeightCap = 10 },
            learnt with { Name = "smoothed, embeddings", Method = LearningMethod.Smoothed, Top = 2 * near },
            learnt with { Name = string.Create(CultureInfo.InvariantCulture, $"POXM, top {near}"), Top = near, Translation = 0.7, Temperature = 1 },
            learnt with { Name = string.Create(CultureInfo.InvariantCulture, $"POXM, top {2 * near}, best always"), Top = 2 * near, Translation = 0.3 },
            learnt with { Name = "POXM, top-K correction", Top = 2 * near, Translation = 0, TopK = slateLength },
        ];
    }
}
