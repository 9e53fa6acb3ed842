#!/bin/sh
# Creates the namespace and its two search attributes; harmless to repeat.
# TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE are read by the temporal command itself.
set -eu

tries=0
until temporal operator cluster health >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 60 ] || { echo "Temporal does not answer at $TEMPORAL_ADDRESS" >&2; exit 1; }
  sleep 1
done

# Ten years: closed and continued runs must not vanish while their case lives.
if temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
  temporal operator namespace update --namespace "$TEMPORAL_NAMESPACE" --retention 87600h
else
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 87600h
fi

# A new namespace is known to every part of the server after a moment.
tries=0
until temporal operator search-attribute list >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 60 ] || { echo "namespace $TEMPORAL_NAMESPACE did not appear" >&2; exit 1; }
  sleep 1
done
known=$(temporal operator search-attribute list)
for pair in CasePhase:Keyword OverdueDuties:Int; do
  name=${pair%%:*}
  case "$known" in
    *"$name"*) ;;
    *) temporal operator search-attribute create --name "$name" --type "${pair##*:}" ;;
  esac
done
