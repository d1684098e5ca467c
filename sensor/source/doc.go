// Package source looks for a shop's own keys in git repositories: in every object, reachable or not, and in the files of
// the working tree.
//
//	place ──open──▶ vault (refs, objects) ──list──▶ ids ──new ones──▶ content ──scan──▶ hits ──locate──▶ signs
//
// A repository is a stranger's program as well as a stranger's data: its configuration names commands that git runs. So git
// never reads it. It runs on an empty repository of ours whose objects are those of the repository looked at, and refs,
// reflogs and the rest are read here. Every object is read once; which commit held it is asked only of those in which
// something was found. What was read whole and held nothing is remembered by its id, so that the next look reads only
// what is new.
//
// Files that are in no repository, such as a document root, are looked through like a working tree, without a history.
//
// What a server does not send cannot be seen: of a remote repository that is every object that no ref leads to.
package source
