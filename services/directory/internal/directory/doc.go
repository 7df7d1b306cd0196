// Package directory is the core of the directory service. It owns the users: their profiles, email addresses and
// whether those are verified, type, active flag, subscription exemptions, custom properties, and the verification
// requests whose codes it has mailed to them.
//
// Identity owns accounts and billing owns subscriptions. Their records arrive here through [Service.FollowAccount] and
// [Service.FollowSubscription].
//
// # Versions
//
// Every change to a user increments [User.Version] and publishes the user's whole state in the same transaction.
// [User.AccessVersion] is the latest version that identity has to act on. A change that only reports what directory has
// followed raises Version but not AccessVersion; otherwise the two services would answer each other forever.
//
// # Types
//
// A user's type follows from access: billing reports whether a subscription gives access, and an exemption counts as
// access while it lasts. An administrator stays an administrator. A type set by an administrator stays until access
// next begins or ends.
package directory
