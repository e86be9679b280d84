using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Forage.Linear;

namespace Forage.Training.Internals;

/// <summary>Errors of this room.</summary>
internal static class TrainingThrow
{
    [DoesNotReturn]
    public static void NotTwoClasses(float label)
        => throw new BadLabelException(string.Create(CultureInfo.InvariantCulture, $"The label {label} is not one of two classes; expected -1 or 1 (for numbers use the task regress, for classes 1, 2, 3, … multiclass)."));

    [DoesNotReturn]
    public static void LabelOutOfRange(float label, LossKind loss, string expected)
        => throw new BadLabelException(string.Create(CultureInfo.InvariantCulture, $"The label {label} does not fit {loss.ToString().ToLowerInvariant()} loss; expected {expected}."));

    [DoesNotReturn]
    public static void NoSuchClass(float label, int first, int classes)
        => throw new BadLabelException(string.Create(CultureInfo.InvariantCulture, $"The label {label} is not one of {classes} classes; expected a whole number from {first} to {first + classes - 1}."));
}
