using System.Globalization;

namespace Forage.Bandits;

/// <summary>
/// Recipes as people type them: a name, then options, as in <c>cover:n=4,psi=0.1</c>. What is not said is taken from a recipe to start from.
/// </summary>
public static class BanditText
{
    private static readonly string[] s_ofAll = ["estimator", "cap", "rate"];
    private static readonly string[] s_ofLinear = ["width", "ridge", "dimensions", "project", "minibatch", "forgetting", "epsilon"];
    private static readonly string[] s_flags = ["greedify", "nounif", "smoothing", "optimistic", "project"];

    /// <summary>Names with what they are and the options that concern them, in the order of the help; all take estimator, cap and rate too.</summary>
    public static IReadOnlyList<(string Name, BanditKind Kind, string What, IReadOnlyList<string> Options)> Names { get; } =
    [
        ("epsilon", BanditKind.EpsilonGreedy, "ε-greedy", ["epsilon", "decay"]),
        ("first", BanditKind.ExploreFirst, "explore-first", ["rounds"]),
        ("epoch", BanditKind.EpochGreedy, "epoch-greedy", []),
        ("softmax", BanditKind.Softmax, "softmax", ["lambda"]),
        ("squarecb", BanditKind.SquareCb, "SquareCB", ["gamma", "exponent"]),
        ("bag", BanditKind.Bagging, "online bagging", ["n", "greedify", "epsilon"]),
        ("cover", BanditKind.OnlineCover, "Online Cover", ["n", "psi", "epsilon", "nounif", "smoothing"]),
        ("regcb", BanditKind.RegCb, "RegCB", ["mellowness", "optimistic", "epsilon"]),
        ("linucb", BanditKind.LinUcb, "LinUCB", s_ofLinear),
        ("thompson", BanditKind.Thompson, "Thompson sampling", s_ofLinear),
    ];

    /// <summary>Reads a recipe.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="start">Actions, learner, range of rewards.</param>
    /// <exception cref="ForageException">An unknown name or option, or a value that is no number.</exception>
    public static BanditRecipe Parse(string text, BanditRecipe start)
    {
        int colon = text.IndexOf(':');
        string name = colon < 0 ? text : text[..colon];
        var (_, kind, _, options) = Names.FirstOrDefault(known => known.Name == name);
        if (options is null) throw new ForageException($"The explorer '{name}' is not known; expected {string.Join(", ", Names.Select(n => n.Name))}.");
        var recipe = start with { Kind = kind };
        recipe = kind switch // defaults of their own
        {
            BanditKind.OnlineCover => recipe with { Epsilon = 0.1 },
            BanditKind.Bagging or BanditKind.RegCb or BanditKind.LinUcb or BanditKind.Thompson => recipe with { Epsilon = 0 },
            _ => recipe,
        };
        if (colon >= 0)
            foreach (string part in text[(colon + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries)) recipe = With(recipe, part, text, name, options);
        recipe.Validate();
        return recipe;
    }

    private static BanditRecipe With(BanditRecipe recipe, string part, string text, string name, IReadOnlyList<string> options)
    {
        int equals = part.IndexOf('=');
        string key = equals < 0 ? part : part[..equals], value = equals < 0 ? "1" : part[(equals + 1)..];
        if (key == "type") key = "estimator";
        if (!options.Contains(key) && !s_ofAll.Contains(key)) throw new ForageException($"The option '{key}' in '{text}' is not of {name}; expected one of {string.Join(", ", options.Concat(s_ofAll))}.");
        if (equals < 0 && !s_flags.Contains(key)) throw new ForageException($"The option '{key}' in '{text}' has no value; expected one, as in {key}={(key == "estimator" ? "dm" : "0.1")}.");
        if (key == "estimator")
        {
            if (!Enum.TryParse<CostEstimator>(value, ignoreCase: true, out var estimator)) throw new ForageException($"The estimator '{value}' in '{text}' is not known; expected mtr, dr, ips or dm.");
            return recipe with { Estimator = estimator };
        }
        if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || !double.IsFinite(number))
            throw new ForageException($"The option '{part}' in '{text}' has no number; expected one, as in {key}=0.1.");
        return key switch
        {
            "epsilon" => recipe with { Epsilon = number },
            "decay" => recipe with { Decay = number },
            "rounds" => recipe with { FirstRounds = Whole(number, part) },
            "lambda" => recipe with { Lambda = number },
            "gamma" => recipe with { Gamma = number },
            "exponent" => recipe with { GammaExponent = number },
            "n" => recipe with { Policies = Whole(number, part) },
            "greedify" => recipe with { Greedify = number != 0 },
            "psi" => recipe with { Psi = number },
            "nounif" => recipe with { NoUniform = number != 0 },
            "smoothing" => recipe with { Smoothing = number != 0 },
            "mellowness" => recipe with { Mellowness = number },
            "optimistic" => recipe with { Optimistic = number != 0 },
            "width" => recipe with { Width = number },
            "ridge" => recipe with { Ridge = number },
            "dimensions" => recipe with { Dimensions = Whole(number, part) },
            "project" => recipe with { Project = number != 0 },
            "minibatch" => recipe with { Minibatch = Whole(number, part) },
            "forgetting" => recipe with { Forgetting = number },
            "cap" => recipe with { WeightCap = number },
            "rate" => recipe with { Learner = recipe.Learner with { LearningRate = (float)number } },
            _ => throw new ArgumentOutOfRangeException(nameof(part)),
        };
    }

    private static int Whole(double number, string part) =>
        number == (int)number ? (int)number : throw new ForageException($"The option '{part}' is not a whole number; expected one.");
}
