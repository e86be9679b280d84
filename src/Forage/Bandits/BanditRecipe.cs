using System.Text.Json;
using System.Text.Json.Serialization;
using Forage.Bandits.Internals;
using Forage.Linear;
using Forage.OffPolicy;

namespace Forage.Bandits;

/// <summary>Everything a bandit is made from. Stored whole in its model. Options that do not concern <see cref="Kind"/> are ignored.</summary>
public sealed record BanditRecipe
{
    /// <summary>Algorithm.</summary>
    public BanditKind Kind { get; init; } = BanditKind.SquareCb;

    /// <summary>Number of actions of a fixed set, at least 1; 0 if actions bring rows of their own and their number varies.</summary>
    public int Actions { get; init; }

    /// <summary>The regressors. Rewards are regressed on the scale [-1, 1]; the loss is squared or logistic.</summary>
    public LinearOptions Learner { get; init; } = new();

    /// <summary>How rewards are regressed.</summary>
    public CostEstimator Estimator { get; init; } = CostEstimator.Mtr;

    /// <summary>Smallest possible reward.</summary>
    public double MinReward { get; init; }

    /// <summary>Largest possible reward.</summary>
    public double MaxReward { get; init; } = 1;

    /// <summary>
    /// ε-greedy: ε_1. Online Cover: factor of the least probability μ_t = min(1/K, ε/sqrt(K t)). LinUCB, Thompson, bagging, RegCB: probability kept for uniform exploration.
    /// </summary>
    public double Epsilon { get; init; } = 0.05;

    /// <summary>ε_t = min(1, ε t^-decay); 0 keeps ε, 1/3 is the rate of lowest regret bound.</summary>
    public double Decay { get; init; }

    /// <summary>Explore-first: number of uniform rounds, at least 0.</summary>
    public long FirstRounds { get; init; } = 1000;

    /// <summary>Softmax: λ &gt; 0, on rewards in [0, 1].</summary>
    public double Lambda { get; init; } = 10;

    /// <summary>SquareCB: γ_t = γ t^<see cref="GammaExponent"/> on rewards in [0, 1]; γ &gt; 0.</summary>
    public double Gamma { get; init; } = 10;

    /// <summary>SquareCB: exponent of the schedule, at least 0.</summary>
    public double GammaExponent { get; init; } = 0.5;

    /// <summary>Bagging and Online Cover: number of policies, 1 to 64.</summary>
    public int Policies { get; init; } = 4;

    /// <summary>Bagging: the first model learns from each example once, and only it breaks ties.</summary>
    public bool Greedify { get; init; } = true;

    /// <summary>Online Cover: ψ ≥ 0, what differing is worth.</summary>
    public double Psi { get; init; } = 0.1;

    /// <summary>Online Cover: actions no policy votes for keep probability 0.</summary>
    public bool NoUniform { get; init; }

    /// <summary>Online Cover: (1 - K μ) Q + μ as in the paper's analysis, instead of lifting only what is below μ.</summary>
    public bool Smoothing { get; init; }

    /// <summary>RegCB: width of confidence Δ_t = c ln(K t), c &gt; 0.</summary>
    public double Mellowness { get; init; } = 0.1;

    /// <summary>RegCB: the action of highest upper bound, instead of all that may be the best.</summary>
    public bool Optimistic { get; init; } = true;

    /// <summary>LinUCB, Thompson: multiple α of the standard width.</summary>
    public double Width { get; init; } = 1;

    /// <summary>LinUCB, Thompson: ridge penalty &gt; 0.</summary>
    public double Ridge { get; init; } = 1;

    /// <summary>LinUCB, Thompson: dimensions of the covariance matrix; 0 for its diagonal over hashed features (2^bits of them).</summary>
    public int Dimensions { get; init; }

    /// <summary>LinUCB, Thompson: project features at random onto the dimensions, instead of giving each feature its own.</summary>
    public bool Project { get; init; }

    /// <summary>LinUCB, Thompson: rounds between updates of the matrix, at least 1.</summary>
    public int Minibatch { get; init; } = 1;

    /// <summary>LinUCB, Thompson: what a round counts one round later, in (0, 1]; below 1 forgets, for worlds that drift.</summary>
    public double Forgetting { get; init; } = 1;

    /// <summary>Largest 1/p used in learning; 0 for no limit.</summary>
    public double WeightCap { get; init; }

    /// <summary>Bagging: seed of the bootstrap; projection: seed of the directions.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The range rewards lie in.</summary>
    [JsonIgnore]
    public RewardRange Range => new(MinReward, MaxReward);

    /// <summary>Checks every option.</summary>
    /// <exception cref="ForageException">The first option that is out of range, with what was expected.</exception>
    public void Validate()
    {
        Learner.Validate();
        Range.Validate();
        if (Learner.Loss is not (LossKind.Squared or LossKind.Logistic)) throw new ForageException($"The loss of a bandit's regressors is {Learner.Loss}: expected Squared or Logistic.");
        Require(Learner.Loss == LossKind.Squared || (Estimator is CostEstimator.Mtr or CostEstimator.Dm && Kind is not BanditKind.OnlineCover), "loss", 1, "squared with estimates outside of the range of rewards");
        Require(Actions is >= 0 and <= 1 << 20, "number of actions", Actions, "0 to 1,048,576");
        Require(Epsilon is >= 0 and <= 1e6 && (Kind is not BanditKind.EpsilonGreedy || Decay > 0 || Epsilon <= 1), "epsilon", Epsilon, "a number from 0 to 1");
        Require(Decay is >= 0 and <= 1, "decay of epsilon", Decay, "a number from 0 to 1");
        Require(FirstRounds >= 0, "number of rounds explored first", FirstRounds, "0 or more");
        Require(Lambda is > 0 and < double.PositiveInfinity, "lambda", Lambda, "a positive number");
        Require(Gamma is > 0 and < double.PositiveInfinity, "gamma", Gamma, "a positive number");
        Require(GammaExponent is >= 0 and <= 2, "exponent of gamma", GammaExponent, "a number from 0 to 2");
        Require(Policies is >= 1 and <= 64, "number of policies", Policies, "1 to 64");
        Require(Psi is >= 0 and < double.PositiveInfinity, "psi", Psi, "0 or more");
        Require(Mellowness is > 0 and < double.PositiveInfinity, "mellowness", Mellowness, "a positive number");
        Require(Width is >= 0 and < double.PositiveInfinity, "width", Width, "0 or more");
        Require(Ridge is > 0 and < double.PositiveInfinity, "ridge penalty", Ridge, "a positive number");
        Require(Dimensions is >= 0 and <= 20_000, "number of dimensions", Dimensions, "0 to 20,000");
        Require(!Project || Dimensions > 0, "number of dimensions", Dimensions, "1 or more to project onto");
        Require(Minibatch >= 1, "minibatch", Minibatch, "1 or more");
        Require(Forgetting is > 0 and <= 1, "forgetting factor", Forgetting, "a number above 0 up to 1");
        Require(WeightCap is 0 or (>= 1 and < double.PositiveInfinity), "cap of weights", WeightCap, "0 or a number from 1");
    }

    private static void Require(bool holds, string what, double value, string expected)
    {
        if (!holds) BanditThrow.BadOption(what, value, expected);
    }
}

/// <summary>Recipes of bandits as JSON, the form in which models keep them.</summary>
[JsonSourceGenerationOptions(WriteIndented = false, UseStringEnumConverter = true)]
[JsonSerializable(typeof(BanditRecipe))]
public sealed partial class BanditRecipeJson : JsonSerializerContext
{
    /// <summary>A recipe as JSON.</summary>
    public static string ToJson(BanditRecipe recipe) => JsonSerializer.Serialize(recipe, Default.BanditRecipe);

    /// <summary>A recipe from JSON.</summary>
    public static BanditRecipe FromJson(string json) => JsonSerializer.Deserialize(json, Default.BanditRecipe) ?? throw new ForageException("The recipe of the bandit is empty.");
}
