package postgres

// Claimants is the condition of LockClaimants.
const Claimants = claimants
