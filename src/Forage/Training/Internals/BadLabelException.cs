namespace Forage.Training.Internals;

/// <summary>A label a task cannot learn from. The learner has not been touched by its example.</summary>
internal sealed class BadLabelException(string message) : ForageException(message);
