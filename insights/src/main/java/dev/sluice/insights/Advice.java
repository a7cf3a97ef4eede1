package dev.sluice.insights;

/**
 * One remedy, with what speaks for it.
 *
 * @param remedy what to do
 * @param subject the statement (normalised) or table it is about; empty for the database as a whole
 * @param evidence the figures measured, each beside the threshold it passed
 * @param estimate what it would take off the primary, as a share of all execution time, 0 to 1
 * @param disprovedBy what would show that the advice is wrong
 * @param undo how to take it back
 * @param code the Sluice code that does it, one line; empty where it is not about Sluice
 */
public record Advice(
    Remedy remedy,
    String subject,
    String evidence,
    double estimate,
    String disprovedBy,
    String undo,
    String code) {}
